package io.attestedmesh.releases.list;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.json.Bounds;
import io.attestedmesh.releases.json.JsonReader;
import io.attestedmesh.releases.json.JsonWriter;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A release as JSON. */
final class ReleaseFormat {
    private String name;
    private String version;
    private ReleaseStatus status;
    private PcrBank pcrs;
    private ImageFile image;
    private SourceCode source;
    private Instant notBefore;
    private Instant notAfter;
    private Revocation revoked;
    private Bytes signingCertificate;

    private ReleaseFormat() {}

    static Release read(JsonReader in) throws MalformedReleasesException {
        ReleaseFormat members = new ReleaseFormat();
        in.beginObject();
        while (in.nextMember()) {
            members.readMember(in);
        }
        return members.release(in);
    }

    private void readMember(JsonReader in) throws MalformedReleasesException {
        switch (in.member()) {
            case "name" -> name = in.text(Bounds.MAX_TEXT);
            case "version" -> version = in.text(Bounds.MAX_TEXT);
            case "status" -> status = readStatus(in);
            case "pcrs" -> pcrs = readRegisters(in);
            case "image" -> image = readImage(in);
            case "source" -> source = readSource(in);
            case "notBefore" -> notBefore = in.instant();
            case "notAfter" -> notAfter = in.instant();
            case "revoked" -> revoked = readRevocation(in);
            case "signingCertificate" -> signingCertificate = in.base64(Release.MAX_CERTIFICATE_BYTES);
            default -> throw in.unknownMember();
        }
    }

    private Release release(JsonReader in) throws MalformedReleasesException {
        in.required("name", name);
        in.required("version", version);
        in.required("status", status);
        in.required("pcrs", pcrs);
        return in.checked(() -> new Release(
                name,
                version,
                status,
                pcrs,
                Optional.ofNullable(image),
                Optional.ofNullable(source),
                Optional.ofNullable(notBefore),
                Optional.ofNullable(notAfter),
                Optional.ofNullable(revoked),
                Optional.ofNullable(signingCertificate)));
    }

    private static ReleaseStatus readStatus(JsonReader in) throws MalformedReleasesException {
        String text = in.text(Bounds.MAX_TEXT);
        return in.checked(() -> ReleaseStatus.of(text));
    }

    private static PcrBank readRegisters(JsonReader in) throws MalformedReleasesException {
        Map<Integer, Bytes> values = new TreeMap<>();
        in.beginObject();
        while (in.nextMember()) {
            switch (in.member()) {
                case "0", "1", "2", "3", "4", "8" ->
                    values.put(in.member().charAt(0) - '0', in.hex(Bounds.DIGEST_SIZE));
                default -> throw in.unknownMember();
            }
        }
        return PcrBank.of(values);
    }

    private static ImageFile readImage(JsonReader in) throws MalformedReleasesException {
        Bytes sha384 = null;
        Long size = null;
        in.beginObject();
        while (in.nextMember()) {
            switch (in.member()) {
                case "sha384" -> sha384 = in.hex(Bounds.DIGEST_SIZE);
                case "size" -> size = in.integer(1, JsonReader.MAX_INTEGER);
                default -> throw in.unknownMember();
            }
        }
        return new ImageFile(in.required("sha384", sha384), in.required("size", size));
    }

    private static SourceCode readSource(JsonReader in) throws MalformedReleasesException {
        String repository = null;
        String commit = null;
        Bytes recipe = null;
        in.beginObject();
        while (in.nextMember()) {
            switch (in.member()) {
                case "repository" -> repository = in.text(Bounds.MAX_TEXT);
                case "commit" -> commit = in.text(Bounds.MAX_TEXT);
                case "recipe" -> recipe = in.hex(Bounds.DIGEST_SIZE);
                default -> throw in.unknownMember();
            }
        }
        String from = in.required("repository", repository);
        String at = in.required("commit", commit);
        Bytes by = in.required("recipe", recipe);
        return in.checked(() -> new SourceCode(from, at, by));
    }

    private static Revocation readRevocation(JsonReader in) throws MalformedReleasesException {
        Instant at = null;
        String reason = null;
        in.beginObject();
        while (in.nextMember()) {
            switch (in.member()) {
                case "at" -> at = in.instant();
                case "reason" -> reason = in.text(Bounds.MAX_TEXT);
                default -> throw in.unknownMember();
            }
        }
        Instant when = in.required("at", at);
        String why = in.required("reason", reason);
        return in.checked(() -> new Revocation(when, why));
    }

    static void write(Release release, JsonWriter out) {
        out.beginObject();
        out.name("name").text(release.name()).name("version").text(release.version());
        out.name("status").text(release.status().text());
        out.name("pcrs").beginObject();
        release.pcrs()
                .values()
                .forEach((index, value) -> out.name(Integer.toString(index)).hex(value));
        out.endObject();
        release.image().ifPresent(image -> write(image, out));
        release.source().ifPresent(source -> write(source, out));
        release.notBefore().ifPresent(time -> out.name("notBefore").instant(time));
        release.notAfter().ifPresent(time -> out.name("notAfter").instant(time));
        release.revocation().ifPresent(revocation -> write(revocation, out));
        release.signingCertificate()
                .ifPresent(der -> out.name("signingCertificate").base64(der));
        out.endObject();
    }

    private static void write(ImageFile image, JsonWriter out) {
        out.name("image").beginObject();
        out.name("sha384").hex(image.sha384()).name("size").integer(image.size());
        out.endObject();
    }

    private static void write(SourceCode source, JsonWriter out) {
        out.name("source").beginObject();
        out.name("repository").text(source.repository()).name("commit").text(source.commit());
        out.name("recipe").hex(source.recipe());
        out.endObject();
    }

    private static void write(Revocation revocation, JsonWriter out) {
        out.name("revoked").beginObject();
        out.name("at").instant(revocation.at()).name("reason").text(revocation.reason());
        out.endObject();
    }
}
