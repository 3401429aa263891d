package io.attestedmesh.cli.telemetry;

import java.util.List;
import java.util.Map;

/**
 * One part of a node, as operators see it. Asked on threads of the telemetry, at any time and by several at once: it must
 * neither block nor throw.
 */
public interface StatusPart {
    /** Key of its object in the status, in the manner of {@code certificates}. */
    String name();

    /** How it is now; the values are those of {@link io.attestedmesh.cli.command.JsonLine}. What a peer chose is bounded. */
    Map<String, ?> status();

    /** Why the node is not healthy, one line each: what has failed too often to expect that it heals by itself. */
    default List<String> failing() {
        return List.of();
    }
}
