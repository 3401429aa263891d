package io.attestedmesh.federated.learn;

import io.attestedmesh.attest.evidence.Bytes;

/** A value of a configuration or a metric, as the two sides of a round exchange them by name. */
public sealed interface Scalar {
    record Real(double value) implements Scalar {}

    record Whole(long value) implements Scalar {}

    record Flag(boolean value) implements Scalar {}

    record Text(String value) implements Scalar {}

    record Blob(Bytes value) implements Scalar {}
}
