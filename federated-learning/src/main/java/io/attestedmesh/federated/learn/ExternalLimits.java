package io.attestedmesh.federated.learn;

import java.time.Duration;

/**
 * What an {@link ExternalLearner} allows its process.
 *
 * @param modelBytes how large a model's safetensors may be, either way
 * @param connect until it has connected and said hello
 * @param answer from a request to the last byte of its answer, which for {@code fit} includes all of the training
 */
public record ExternalLimits(int modelBytes, Duration connect, Duration answer) {
    /** 1 GiB, a minute, an hour. */
    public static final ExternalLimits DEFAULT =
            new ExternalLimits(1 << 30, Duration.ofMinutes(1), Duration.ofHours(1));

    public ExternalLimits {
        if (modelBytes <= 0 || connect.isNegative() || answer.isNegative()) {
            throw new IllegalArgumentException(modelBytes + " bytes, " + connect + ", " + answer);
        }
    }
}
