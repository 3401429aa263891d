package io.attestedmesh.releases.audit;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the checks have found so far. A list may have 20,000 releases with one fault: each id has a bounded number. */
final class Findings {
    static final int MAX_PER_ID = 200;

    private final Map<FindingId, List<Finding>> byId = new EnumMap<>(FindingId.class);
    private final Map<FindingId, Integer> omitted = new EnumMap<>(FindingId.class);

    void add(FindingId id, String subject, String message) {
        List<Finding> same = byId.computeIfAbsent(id, unused -> new ArrayList<>());
        if (same.size() < MAX_PER_ID) {
            same.add(new Finding(id, subject, message));
        } else {
            omitted.merge(id, 1, Integer::sum);
        }
    }

    /** In the order of {@link Finding#ORDER}, the rest of an id as one finding behind its others. */
    List<Finding> sorted() {
        List<Finding> all = new ArrayList<>();
        byId.forEach((id, findings) -> {
            all.addAll(findings);
            if (omitted.containsKey(id)) {
                all.add(new Finding(id, "others", omitted.get(id) + " more of the same kind"));
            }
        });
        all.sort(Finding.ORDER);
        return all;
    }

    /** Of each severity, the gravest first: those that are not listed, too, and not the finding that stands for them. */
    Map<Severity, Integer> counts() {
        Map<Severity, Integer> counts = new LinkedHashMap<>();
        for (Severity severity : Severity.GRAVEST_FIRST) {
            counts.put(severity, 0);
        }
        byId.forEach((id, findings) -> counts.merge(id.severity(), findings.size(), Integer::sum));
        omitted.forEach((id, count) -> counts.merge(id.severity(), count, Integer::sum));
        return counts;
    }
}
