package io.attestedmesh.federated.server;

import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.model.Model;

/**
 * What a participant has trained.
 *
 * @param model may have the names of another: peers that know no names send a list
 * @param fit what training came to, as the participant says
 */
public record Trained(Model model, Learner.Fit fit) {}
