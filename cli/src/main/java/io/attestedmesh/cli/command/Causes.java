package io.attestedmesh.cli.command;

import java.util.Optional;

/** What stands behind an exception. */
public final class Causes {
    private Causes() {}

    /** The first of that type, from the exception itself downwards. */
    public static <T> Optional<T> first(Throwable top, Class<T> type) {
        for (Throwable e = top; e != null; e = e.getCause()) {
            if (type.isInstance(e)) {
                return Optional.of(type.cast(e));
            }
        }
        return Optional.empty();
    }
}
