/**
 * A small task to learn together: which digit a picture shows. The pictures are painted here, so that nothing has to be
 * downloaded, and {@link io.attestedmesh.examples.digits.DigitsLearner} learns them with Tribuo, a library in plain Java:
 * it runs where there is no disk for native libraries.
 *
 * <pre>{@code
 * List<Digit> heldOut = Digits.even(99, 500);
 * Learner learner = new DigitsLearner(Digits.skewed(seed, 300, participant, participants), heldOut, seed);
 * learner.set(global);
 * Learner.Fit fit = learner.fit(Map.of("epochs", new Scalar.Whole(2)));
 * Learner.Evaluation now = learner.evaluate(Map.of()); // accuracy in now.metrics()
 * }</pre>
 */
package io.attestedmesh.examples.digits;
