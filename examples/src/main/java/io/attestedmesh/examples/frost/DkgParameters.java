package io.attestedmesh.examples.frost;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the parties of one key generation agree on beforehand. Everything that they prove or sign names all of it, so that
 * nothing said in one run counts in another.
 *
 * @param parties from 2 to 255; their ids are 1 to {@code parties}
 * @param minSigners how many sign together, from 2 to {@code parties}
 * @param context 1 to 255 bytes that no other run has, such as a session's id
 */
public record DkgParameters(int parties, int minSigners, Bytes context) {
    public static final int MAX_PARTIES = 255;
    private static final int MAX_CONTEXT = 255;

    public DkgParameters {
        if (parties > MAX_PARTIES || minSigners < 2 || minSigners > parties) {
            throw new IllegalArgumentException(minSigners + " of " + parties + " parties");
        }
        if (context.isEmpty() || context.size() > MAX_CONTEXT) {
            throw new IllegalArgumentException("a context of " + context.size() + " bytes");
        }
    }

    public SortedSet<Integer> ids() {
        SortedSet<Integer> ids = new TreeSet<>();
        for (int id = 1; id <= parties; id++) {
            ids.add(id);
        }
        return Collections.unmodifiableSortedSet(ids);
    }

    /** Unambiguous in front of anything. */
    Bytes encode() {
        Bytes sizes = Bytes.of((byte) parties, (byte) minSigners, (byte) context.size());
        return Bytes.concat(sizes, context);
    }
}
