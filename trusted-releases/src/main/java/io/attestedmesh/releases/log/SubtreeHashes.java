package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;

/**
 * Where the hashes of complete subtrees come from.
 *
 * @param <E> what reading one may throw
 */
interface SubtreeHashes<E extends Exception> {
    /** The hash over the 2^{@code level} leaves from {@code index} * 2^{@code level} on. */
    Bytes at(int level, long index) throws E;
}
