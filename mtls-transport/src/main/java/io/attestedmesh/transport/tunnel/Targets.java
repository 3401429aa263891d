package io.attestedmesh.transport.tunnel;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where a server leads its streams, by the name that the client says in SNI.
 *
 * @param byName in any case
 * @param otherwise for all other names, and for none; if there is none, they are refused
 */
public record Targets(Map<String, Endpoint> byName, Optional<Endpoint> otherwise) {
    public Targets {
        byName = byName.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        entry -> entry.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
        if (byName.isEmpty() && otherwise.isEmpty()) {
            throw new IllegalArgumentException("no target");
        }
    }

    /** One for all. */
    public static Targets of(Endpoint target) {
        return new Targets(Map.of(), Optional.of(target));
    }

    Optional<Endpoint> find(Optional<String> name) {
        return name.map(asked -> byName.get(asked.toLowerCase(Locale.ROOT))).or(() -> otherwise);
    }
}
