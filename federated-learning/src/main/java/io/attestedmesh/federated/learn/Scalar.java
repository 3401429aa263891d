package io.attestedmesh.federated.learn;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.OptionalDouble;

/** A value of a configuration or a metric, as the two sides of a round exchange them by name. */
public sealed interface Scalar {
    /** What can be averaged and drawn: a {@link Real} or a {@link Whole}. */
    default OptionalDouble number() {
        if (this instanceof Real real) {
            return OptionalDouble.of(real.value());
        }
        return this instanceof Whole whole ? OptionalDouble.of((double) whole.value()) : OptionalDouble.empty();
    }

    record Real(double value) implements Scalar {}

    record Whole(long value) implements Scalar {}

    record Flag(boolean value) implements Scalar {}

    record Text(String value) implements Scalar {}

    record Blob(Bytes value) implements Scalar {}
}
