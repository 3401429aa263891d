package io.attestedmesh.examples.digits;

import io.attestedmesh.federated.learn.LearnerException;
import io.attestedmesh.federated.learn.Scalar;
import java.util.Map;

/**
 * What a round asks of a learner, which a stranger may have chosen.
 *
 * @param epochs how often each example is learnt from
 * @param learningRate how far one example moves the parameters
 * @param proximalMu how strongly the parameters are drawn to those that were set, 0 for not at all
 */
record RoundConfig(int epochs, double learningRate, double proximalMu) {
    private static final int MOST_EPOCHS = 1000;
    private static final double USUAL_LEARNING_RATE = 0.02;

    static RoundConfig of(Map<String, Scalar> config) throws LearnerException {
        double learningRate = number(config, "learning_rate", USUAL_LEARNING_RATE, 1);
        double proximalMu = number(config, "proximal_mu", 0, 1 / learningRate);
        Scalar epochs = config.getOrDefault("epochs", new Scalar.Whole(1));
        if (epochs instanceof Scalar.Whole whole && whole.value() >= 1 && whole.value() <= MOST_EPOCHS) {
            return new RoundConfig((int) whole.value(), learningRate, proximalMu);
        }
        throw new LearnerException("epochs: expected a whole number from 1 to " + MOST_EPOCHS);
    }

    private static double number(Map<String, Scalar> config, String name, double otherwise, double most)
            throws LearnerException {
        Scalar given = config.getOrDefault(name, new Scalar.Real(otherwise));
        double value = given instanceof Scalar.Real real
                ? real.value()
                : given instanceof Scalar.Whole whole ? (double) whole.value() : Double.NaN;
        if (value >= 0 && value <= most) {
            return value;
        }
        throw new LearnerException(name + ": expected a number from 0 to " + most);
    }
}
