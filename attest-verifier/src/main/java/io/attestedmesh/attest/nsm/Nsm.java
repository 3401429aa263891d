package io.attestedmesh.attest.nsm;

import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.Bytes;

/**
 * The Nitro Security Module of one enclave: every request of {@code /dev/nsm} (aws-nitro-enclaves-nsm-api), over the
 * device itself or a software one.
 *
 * <p>Thread-safe. There are 32 registers; those of the image (0 to 8, where used) are locked before the enclave starts.
 */
public interface Nsm extends Attester {
    /** Longest public key, user data and nonce of a document, in bytes, each. */
    int MAX_FIELD_SIZE = 1024;

    /** Longest data of one ExtendPCR, in bytes: the device takes requests of 0x1000 bytes. */
    int MAX_EXTEND_SIZE = 0x1000 - 64;

    /** DescribeNSM. */
    NsmDescription describe() throws NsmException;

    /** DescribePCR. */
    PcrState describePcr(int index) throws NsmException;

    /** ExtendPCR: the new value is SHA-384(old value ‖ data). */
    Bytes extendPcr(int index, Bytes data) throws NsmException;

    /** LockPCR; a register that is locked already is an error. */
    void lockPcr(int index) throws NsmException;

    /** LockPCRs: every register below {@code range}, which may be 32. */
    void lockPcrs(int range) throws NsmException;

    /** GetRandom: up to 256 bytes, at least one. */
    Bytes random() throws NsmException;
}
