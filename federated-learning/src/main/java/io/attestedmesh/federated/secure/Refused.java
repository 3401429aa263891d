package io.attestedmesh.federated.secure;

/** What a party sent was refused, and the others go on without it. */
public record Refused(int party, SecureReason reason, String expected, String actual) {
    static Refused of(int party, SecureAggregationException why) {
        return new Refused(party, why.reason(), why.expected(), why.actual());
    }
}
