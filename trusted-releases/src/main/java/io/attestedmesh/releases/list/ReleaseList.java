package io.attestedmesh.releases.list;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.json.Bounds;
import io.attestedmesh.releases.json.JsonReader;
import io.attestedmesh.releases.json.JsonWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One version of a list of releases. A value outside of these bounds is an {@link IllegalArgumentException}.
 *
 * @param name which list it is: 1 to 64 letters, digits, {@code . _ -}
 * @param version 1 to 2⁵³-1, one more with each publication
 * @param expiresAt first second in which nothing of it is accepted, after {@code issuedAt}
 * @param releases at most 20,000, in the order of the document
 */
public record ReleaseList(String name, long version, Instant issuedAt, Instant expiresAt, List<Release> releases) {
    public static final int MAX_BYTES = SignedEnvelope.MAX_PAYLOAD_BYTES;
    public static final int MAX_RELEASES = 20_000;

    public ReleaseList {
        Bounds.requireName("list name", name);
        Bounds.requireVersion("list version", version);
        Bounds.requireOrder(issuedAt, expiresAt);
        releases = List.copyOf(releases);
        if (releases.size() > MAX_RELEASES) {
            throw new IllegalArgumentException("more than " + MAX_RELEASES + " releases");
        }
    }

    /** The version after this one. */
    public ReleaseList next(Instant newIssuedAt, Instant newExpiresAt, List<Release> newReleases) {
        return new ReleaseList(name, version + 1, newIssuedAt, newExpiresAt, newReleases);
    }

    public static ReleaseList parse(Bytes payload) throws MalformedReleasesException {
        return JsonReader.read("release list", payload, MAX_BYTES, ReleaseList::read);
    }

    private static ReleaseList read(JsonReader in) throws MalformedReleasesException {
        String name = null;
        Long version = null;
        Instant issuedAt = null;
        Instant expiresAt = null;
        List<Release> releases = null;
        in.beginObject();
        while (in.nextMember()) {
            switch (in.member()) {
                case "name" -> name = in.text(Bounds.MAX_TEXT);
                case "version" -> version = in.integer(1, JsonReader.MAX_INTEGER);
                case "issuedAt" -> issuedAt = in.instant();
                case "expiresAt" -> expiresAt = in.instant();
                case "releases" -> releases = readReleases(in);
                default -> throw in.unknownMember();
            }
        }
        String list = in.required("name", name);
        long number = in.required("version", version);
        Instant from = in.required("issuedAt", issuedAt);
        Instant until = in.required("expiresAt", expiresAt);
        List<Release> all = in.required("releases", releases);
        return in.checked(() -> new ReleaseList(list, number, from, until, all));
    }

    private static List<Release> readReleases(JsonReader in) throws MalformedReleasesException {
        List<Release> releases = new ArrayList<>();
        in.beginArray();
        while (in.nextElement(MAX_RELEASES)) {
            releases.add(ReleaseFormat.read(in));
        }
        return releases;
    }

    /**
     * The same list gives the same bytes, made for review in diffs (see {@link JsonWriter}), or on one line where lines
     * would take it beyond half of what may be signed: a list that came on one line has a successor.
     */
    public Bytes encode() {
        Bytes lines = JsonWriter.document(this::write);
        return lines.size() > MAX_BYTES / 2 ? JsonWriter.line(this::write) : lines;
    }

    private void write(JsonWriter out) {
        out.beginObject();
        out.name("name").text(name).name("version").integer(version);
        out.name("issuedAt").instant(issuedAt).name("expiresAt").instant(expiresAt);
        out.name("releases").beginArray();
        releases.forEach(release -> ReleaseFormat.write(release, out));
        out.endArray().endObject();
    }
}
