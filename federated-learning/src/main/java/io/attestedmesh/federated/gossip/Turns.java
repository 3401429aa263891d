package io.attestedmesh.federated.gossip;

import java.util.Objects;

/** Counts turns in which nothing changes: sending models to those who do not take them has an end. */
final class Turns {
    private final int most;
    private Object last;
    private int same;

    Turns(int most) {
        this.most = most;
    }

    /** True after so many turns with one status. */
    boolean idle(Object status) {
        same = Objects.equals(status, last) ? same + 1 : 0;
        last = status;
        return same >= most;
    }
}
