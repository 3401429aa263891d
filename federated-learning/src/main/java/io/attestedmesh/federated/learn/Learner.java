package io.attestedmesh.federated.learn;

import io.attestedmesh.federated.model.Model;
import java.util.Map;

/**
 * What trains: the parameters and examples of one participant, whichever library holds them. Called by one thread at a
 * time. The examples never leave it.
 */
public interface Learner {
    /**
     * What training came to.
     *
     * @param examples how many it saw, the weight of its result
     * @param metrics such as accuracy
     */
    record Fit(long examples, Map<String, Scalar> metrics) {
        public Fit {
            metrics = Map.copyOf(metrics);
        }
    }

    /** How good the parameters are on examples of the participant. */
    record Evaluation(double loss, long examples, Map<String, Scalar> metrics) {
        public Evaluation {
            metrics = Map.copyOf(metrics);
        }
    }

    /** The parameters of now. */
    Model get() throws LearnerException, InterruptedException;

    /** Takes other parameters of the same names, types and shapes. */
    void set(Model model) throws LearnerException, InterruptedException;

    /**
     * Trains, from the parameters of now.
     *
     * @param config of the round: {@code epochs} where the caller sets it, {@code proximal_mu} of FedProx (Li et al. 2020,
     *     the weight of the squared distance from the parameters that were set), and what an operator adds
     */
    Fit fit(Map<String, Scalar> config) throws LearnerException, InterruptedException;

    /** Measures the parameters of now on examples that were not trained on. */
    Evaluation evaluate(Map<String, Scalar> config) throws LearnerException, InterruptedException;
}
