package io.attestedmesh.attest.nsm;

import io.attestedmesh.attest.evidence.Bytes;

/**
 * The answer to DescribePCR.
 *
 * @param locked true if the register can never change again
 * @param value 48 bytes
 */
public record PcrState(boolean locked, Bytes value) {}
