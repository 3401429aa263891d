package io.attestedmesh.cli.release;

import io.attestedmesh.releases.audit.ListChange;
import java.util.LinkedHashMap;
import java.util.Map;

/** A difference between two lists as JSON, the same in {@code diff} and {@code audit}. */
final class ChangeView {
    private ChangeView() {}

    static Map<String, Object> of(ListChange change) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("change", change.kind());
        view.put("release", change.subject());
        view.put("words", change.words());
        return view;
    }
}
