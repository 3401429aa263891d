package io.attestedmesh.mpc.party;

/** How messages go to a party. */
public enum WireFormat {
    /** Our own: {@code amesh.mpc.v1.Network}. */
    AMESH,
    /** That of threshold KMS networks: {@code ddec_networking.gnetworking}. */
    KMS
}
