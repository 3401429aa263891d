package io.attestedmesh.releases.root;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.envelope.KeySet;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SigningAlgorithm;
import io.attestedmesh.releases.json.Bounds;
import io.attestedmesh.releases.json.JsonReader;
import io.attestedmesh.releases.json.JsonWriter;
import io.attestedmesh.releases.log.NoteKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A trust root as JSON. */
final class RootFormat {
    private static final int MAX_KEY_BYTES = 256;

    private String list;
    private Long version;
    private Instant issuedAt;
    private Instant expiresAt;
    private Long threshold;
    private List<NamedKey> keys;
    private Long minimumListVersion;
    private LogTrust log;

    private RootFormat() {}

    static TrustRoot read(JsonReader in) throws MalformedReleasesException {
        RootFormat members = new RootFormat();
        in.beginObject();
        while (in.nextMember()) {
            members.readMember(in);
        }
        return members.root(in);
    }

    static Long readVersion(JsonReader in) throws MalformedReleasesException {
        Long version = null;
        in.beginObject();
        while (in.nextMember()) {
            if (in.member().equals("version")) {
                version = in.integer(1, JsonReader.MAX_INTEGER);
            } else {
                in.skip();
            }
        }
        return in.required("version", version);
    }

    private void readMember(JsonReader in) throws MalformedReleasesException {
        switch (in.member()) {
            case "list" -> list = in.text(Bounds.MAX_TEXT);
            case "version" -> version = in.integer(1, JsonReader.MAX_INTEGER);
            case "issuedAt" -> issuedAt = in.instant();
            case "expiresAt" -> expiresAt = in.instant();
            case "threshold" -> threshold = in.integer(1, KeySet.MAX_KEYS);
            case "keys" -> keys = readKeys(in);
            case "minimumListVersion" -> minimumListVersion = in.integer(1, JsonReader.MAX_INTEGER);
            case "log" -> log = readLog(in);
            default -> throw in.unknownMember();
        }
    }

    private TrustRoot root(JsonReader in) throws MalformedReleasesException {
        in.required("list", list);
        in.required("version", version);
        in.required("issuedAt", issuedAt);
        in.required("expiresAt", expiresAt);
        in.required("threshold", threshold);
        in.required("keys", keys);
        in.required("minimumListVersion", minimumListVersion);
        return in.checked(() -> new TrustRoot(
                list,
                version,
                issuedAt,
                expiresAt,
                new KeySet(keys, Math.toIntExact(threshold)),
                minimumListVersion,
                Optional.ofNullable(log)));
    }

    private static List<NamedKey> readKeys(JsonReader in) throws MalformedReleasesException {
        List<NamedKey> keys = new ArrayList<>();
        in.beginArray();
        while (in.nextElement(KeySet.MAX_KEYS)) {
            keys.add(readKey(in));
        }
        return keys;
    }

    private static NamedKey readKey(JsonReader in) throws MalformedReleasesException {
        String name = null;
        SigningAlgorithm algorithm = null;
        Bytes publicKey = null;
        in.beginObject();
        while (in.nextMember()) {
            switch (in.member()) {
                case "name" -> name = in.text(Bounds.MAX_TEXT);
                case "alg" -> algorithm = readAlgorithm(in);
                case "publicKey" -> publicKey = in.base64(MAX_KEY_BYTES);
                default -> throw in.unknownMember();
            }
        }
        String holder = in.required("name", name);
        SigningAlgorithm pinned = in.required("alg", algorithm);
        Bytes der = in.required("publicKey", publicKey);
        return in.checked(() -> new NamedKey(holder, pinned, pinned.publicKey(der)));
    }

    private static SigningAlgorithm readAlgorithm(JsonReader in) throws MalformedReleasesException {
        String name = in.text(Bounds.MAX_TEXT);
        return SigningAlgorithm.named(name).orElseThrow(() -> in.malformed("not ES384, ES256 or Ed25519"));
    }

    private static LogTrust readLog(JsonReader in) throws MalformedReleasesException {
        String origin = null;
        List<NoteKey> keys = null;
        List<NoteKey> witnesses = null;
        Long threshold = null;
        in.beginObject();
        while (in.nextMember()) {
            switch (in.member()) {
                case "origin" -> origin = in.text(Bounds.MAX_TEXT);
                case "keys" -> keys = readNoteKeys(in, LogTrust.MAX_KEYS);
                case "witnesses" -> witnesses = readNoteKeys(in, LogTrust.MAX_WITNESSES);
                case "witnessThreshold" -> threshold = in.integer(0, LogTrust.MAX_WITNESSES);
                default -> throw in.unknownMember();
            }
        }
        String name = in.required("origin", origin);
        List<NoteKey> ofLog = in.required("keys", keys);
        List<NoteKey> others = in.required("witnesses", witnesses);
        int needed = Math.toIntExact(in.required("witnessThreshold", threshold));
        return in.checked(() -> new LogTrust(name, ofLog, others, needed));
    }

    private static List<NoteKey> readNoteKeys(JsonReader in, int max) throws MalformedReleasesException {
        List<NoteKey> keys = new ArrayList<>();
        in.beginArray();
        while (in.nextElement(max)) {
            String vkey = in.text(Bounds.MAX_TEXT);
            try {
                keys.add(NoteKey.parse(vkey));
            } catch (MalformedReleasesException e) {
                throw in.malformed(e.getMessage());
            }
        }
        return keys;
    }

    static void write(TrustRoot root, JsonWriter out) {
        out.beginObject();
        out.name("list").text(root.list()).name("version").integer(root.version());
        out.name("issuedAt").instant(root.issuedAt()).name("expiresAt").instant(root.expiresAt());
        out.name("threshold").integer(root.keys().threshold());
        out.name("keys").beginArray();
        root.keys().keys().forEach(key -> write(key, out));
        out.endArray();
        out.name("minimumListVersion").integer(root.minimumListVersion());
        root.log().ifPresent(log -> write(log, out));
        out.endObject();
    }

    private static void write(NamedKey key, JsonWriter out) {
        out.beginObject();
        out.name("name").text(key.name()).name("alg").text(key.algorithm().joseName());
        out.name("publicKey").base64(key.encoded());
        out.endObject();
    }

    private static void write(LogTrust log, JsonWriter out) {
        out.name("log").beginObject();
        out.name("origin").text(log.origin());
        writeNoteKeys("keys", log.keys(), out);
        writeNoteKeys("witnesses", log.witnesses(), out);
        out.name("witnessThreshold").integer(log.witnessThreshold());
        out.endObject();
    }

    private static void writeNoteKeys(String member, List<NoteKey> keys, JsonWriter out) {
        out.name(member).beginArray();
        keys.forEach(key -> out.text(key.vkey()));
        out.endArray();
    }
}
