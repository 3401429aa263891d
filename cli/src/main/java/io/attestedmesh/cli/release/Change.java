package io.attestedmesh.cli.release;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One difference between two lists.
 *
 * @param kind stable, for scripts: {@code added}, {@code revoked}, {@code registers}, …
 * @param release the title of the release that it is about; empty if it is about the list
 * @param words the difference itself, without the release
 */
record Change(String kind, Optional<String> release, String words) {
    static Change ofList(String kind, String words) {
        return new Change(kind, Optional.empty(), words);
    }

    static Change of(String release, String kind, String words) {
        return new Change(kind, Optional.of(release), words);
    }

    /** A whole line. */
    String line() {
        return release.map(title -> title + ": " + words).orElse(words);
    }

    Map<String, Object> view() {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("change", kind);
        view.put("release", release);
        view.put("words", words);
        return view;
    }
}
