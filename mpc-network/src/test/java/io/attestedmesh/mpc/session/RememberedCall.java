package io.attestedmesh.mpc.session;

import java.util.ArrayList;
import java.util.List;

/** A call that brings a streamed message, and remembers what it was told. */
final class RememberedCall implements Arriving.Stream {
    final List<Long> begun = new ArrayList<>();
    final List<Acceptance> refused = new ArrayList<>();

    @Override
    public void begin(long offset) {
        begun.add(offset);
    }

    @Override
    public void refuse(Acceptance why) {
        refused.add(why);
    }
}
