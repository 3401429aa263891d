/**
 * What a participant of federated learning brings: a {@link io.attestedmesh.federated.learn.Learner} over a library of its
 * choice, or a process in another language behind an {@link io.attestedmesh.federated.learn.ExternalLearner}.
 *
 * <pre>{@code
 * List<String> command = List.of("python3", "learner.py");
 * try (ExternalLearner learner = ExternalLearner.start(command, ExternalLimits.DEFAULT)) {
 *     learner.set(global);
 *     Learner.Fit fit = learner.fit(Map.of("epochs", new Scalar.Whole(1)));
 *     Model update = learner.get(); // worth fit.examples()
 * }
 * }</pre>
 */
package io.attestedmesh.federated.learn;
