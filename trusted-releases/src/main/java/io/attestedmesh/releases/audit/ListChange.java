package io.attestedmesh.releases.audit;

import io.attestedmesh.releases.list.ReleaseList;
import java.util.List;
import java.util.Optional;

/**
 * One difference between two lists, in words.
 *
 * @param kind stable, for scripts: {@code added}, {@code revoked}, {@code registers}, …
 * @param subject the title of the release that it is about; empty if it is about the list
 * @param words the difference itself, one line without the subject, such as {@code active became deprecated}
 */
public record ListChange(String kind, Optional<String> subject, String words) {
    /** In the order of the newer list, with what is about the list first and removed releases last. */
    public static List<ListChange> between(ReleaseList older, ReleaseList newer) {
        return ListDiff.between(older, newer);
    }

    /** One that is about the list. */
    public static ListChange ofList(String kind, String words) {
        return new ListChange(kind, Optional.empty(), words);
    }

    static ListChange of(String subject, String kind, String words) {
        return new ListChange(kind, Optional.of(subject), words);
    }

    /** A whole line. */
    @Override
    public String toString() {
        return subject.map(title -> title + ": " + words).orElse(words);
    }
}
