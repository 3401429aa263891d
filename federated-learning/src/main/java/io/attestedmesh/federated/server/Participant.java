package io.attestedmesh.federated.server;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.transport.tunnel.TunnelledPeer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A client of the server's rounds, for as long as it stays connected. It does one thing at a time; what it is asked for
 * fails with a {@link ParticipantException} if it does not come in time, or comes otherwise than it must.
 */
public interface Participant {
    /** Unlike that of any other participant: what the certificate proves, or else a random one. */
    String name();

    /** What it proved about itself; empty where the connection proves nothing. */
    Optional<AttestedPeer> proved();

    /** What the end of a tunnel on this machine says that it proved there; empty where it comes another way. */
    Optional<TunnelledPeer> tunnelled();

    /** Its parameters, as a beginning for everybody. */
    CompletableFuture<Model> parameters(Map<String, Scalar> config, Duration timeout);

    /** Has it train from {@code model} on. */
    CompletableFuture<Trained> fit(Model model, Map<String, Scalar> config, Duration timeout);

    /** Has it measure {@code model} on its own examples. */
    CompletableFuture<Learner.Evaluation> evaluate(Model model, Map<String, Scalar> config, Duration timeout);

    /** Says that what it answered last is in use no longer: until then it counts among what is received at once. */
    void taken();

    /** Ends it, for another one has its place. */
    void replaced();

    /** Tells it that the rounds are over; complete when it is gone, however it went. */
    CompletableFuture<Void> dismiss(Duration timeout);
}
