package io.attestedmesh.examples.digits;

import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.learn.LearnerException;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.RejectedModelException;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tribuo.math.LinearParameters;
import org.tribuo.math.StochasticGradientOptimiser;
import org.tribuo.math.la.DenseMatrix;
import org.tribuo.math.la.DenseVector;
import org.tribuo.math.optimisers.SGD;

/**
 * Softmax regression by stochastic gradients: {@code weight}, of shape (10, {@value Digit#PIXELS}), and {@code bias}, of
 * shape (10), are float32 outside and doubles inside.
 *
 * <p>Reads {@code epochs}, {@code learning_rate} and {@code proximal_mu} of a round's configuration, where they are.
 * Equal seeds, pictures and calls give equal parameters.
 */
public final class DigitsLearner implements Learner {
    private static final int DIGITS = 10;
    private static final Shape WEIGHT = Shape.of(DIGITS, Digit.PIXELS);
    private static final Shape BIAS = Shape.of(DIGITS);

    private final List<Example> training;
    private final List<Example> heldOut;
    private final Random random;

    /** A row for each digit; the last column is the bias, which meets a 1 at the end of each picture. */
    private DenseMatrix weights = new DenseMatrix(DIGITS, Digit.PIXELS + 1);

    private DenseMatrix anchor = weights;

    private record Example(int value, DenseVector input) {
        static Example of(Digit digit) {
            DenseVector input = new DenseVector(Digit.PIXELS + 1, 1);
            for (int i = 0; i < Digit.PIXELS; i++) {
                input.set(i, digit.pixels().get(i));
            }
            return new Example(digit.value(), input);
        }
    }

    /** A mean loss, in nats, and the part of the digits that were recognised. */
    private record Score(double loss, double accuracy) {}

    /** Knows nothing yet: all parameters are 0. */
    public DigitsLearner(List<Digit> training, List<Digit> heldOut, long seed) {
        if (training.isEmpty() || heldOut.isEmpty()) {
            throw new IllegalArgumentException("nothing to learn from, or nothing to measure by");
        }
        this.training = training.stream().map(Example::of).toList();
        this.heldOut = heldOut.stream().map(Example::of).toList();
        this.random = new Random(seed);
    }

    @Override
    public Model get() {
        float[] weight = new float[DIGITS * Digit.PIXELS];
        float[] bias = new float[DIGITS];
        for (int row = 0; row < DIGITS; row++) {
            for (int column = 0; column < Digit.PIXELS; column++) {
                weight[row * Digit.PIXELS + column] = (float) weights.get(row, column);
            }
            bias[row] = (float) weights.get(row, Digit.PIXELS);
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("weight", Tensor.of(WEIGHT, weight));
        tensors.put("bias", Tensor.of(BIAS, bias));
        return Model.of(tensors);
    }

    @Override
    public void set(Model model) throws LearnerException {
        try {
            model.requireLike(get());
        } catch (RejectedModelException e) {
            throw new LearnerException("these parameters are of another model: " + e.getMessage(), e);
        }
        Tensor weight = model.tensors().get("weight");
        Tensor bias = model.tensors().get("bias");
        DenseMatrix given = new DenseMatrix(DIGITS, Digit.PIXELS + 1);
        for (int row = 0; row < DIGITS; row++) {
            for (int column = 0; column < Digit.PIXELS; column++) {
                given.set(row, column, weight.at(row * Digit.PIXELS + column));
            }
            given.set(row, Digit.PIXELS, bias.at(row));
        }
        requireFinite(given, "one of these parameters is not a finite number");
        weights = given;
        anchor = given;
    }

    @Override
    public Fit fit(Map<String, Scalar> config) throws LearnerException, InterruptedException {
        RoundConfig round = RoundConfig.of(config);
        LinearParameters parameters = new LinearParameters(weights.copy());
        StochasticGradientOptimiser optimiser = SGD.getSimpleSGD(round.learningRate());
        optimiser.initialise(parameters);
        List<Example> order = new ArrayList<>(training);
        for (int epoch = 0; epoch < round.epochs(); epoch++) {
            Collections.shuffle(order, random);
            for (Example example : order) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                DenseMatrix uphill = gradient(parameters, example, round.proximalMu());
                parameters.update(optimiser.step(new DenseMatrix[] {uphill}, 1));
            }
        }
        requireFinite(parameters.getWeightMatrix(), "the parameters grew beyond all bounds");
        weights = parameters.getWeightMatrix();
        Score score = score(training);
        return new Fit(training.size(), metrics(score));
    }

    /** Tribuo's optimisers climb: this is the gradient of the likelihood, less that of FedProx's distance. */
    private DenseMatrix gradient(LinearParameters parameters, Example example, double proximalMu) {
        DenseVector error = parameters.predict(example.input());
        error.expNormalize(error.logSumExp());
        error.foreachInPlace(probability -> -probability);
        error.add(example.value(), 1);
        DenseMatrix gradient = (DenseMatrix) error.outer(example.input());
        if (proximalMu > 0) {
            gradient.intersectAndAddInPlace(anchor, there -> proximalMu * there);
            gradient.intersectAndAddInPlace(parameters.getWeightMatrix(), here -> -proximalMu * here);
        }
        return gradient;
    }

    @Override
    public Evaluation evaluate(Map<String, Scalar> config) {
        Score score = score(heldOut);
        return new Evaluation(score.loss(), heldOut.size(), metrics(score));
    }

    private Score score(List<Example> examples) {
        double loss = 0;
        int right = 0;
        for (Example example : examples) {
            DenseVector scores = weights.leftMultiply(example.input());
            loss += scores.logSumExp() - scores.get(example.value());
            right += scores.argmax() == example.value() ? 1 : 0;
        }
        return new Score(loss / examples.size(), (double) right / examples.size());
    }

    private static Map<String, Scalar> metrics(Score score) {
        return Map.of("loss", new Scalar.Real(score.loss()), "accuracy", new Scalar.Real(score.accuracy()));
    }

    private static void requireFinite(DenseMatrix matrix, String otherwise) throws LearnerException {
        if (!Double.isFinite(matrix.twoNorm())) {
            throw new LearnerException(otherwise);
        }
    }
}
