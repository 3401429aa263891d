package io.attestedmesh.cli.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Tells kinds of files apart by the names of their members. It only chooses the parser, which is strict, so this is not.
 */
final class Recognition {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_MEMBERS = 64;
    private static final int LOOKED_AT = 4096;

    private Recognition() {}

    static FileKind of(Bytes content) throws MalformedReleasesException {
        String start = new String(
                        content.slice(0, Math.min(LOOKED_AT, content.size())).toByteArray(), StandardCharsets.UTF_8)
                .stripLeading();
        if (start.isEmpty()) {
            return FileKind.EMPTY;
        }
        if (start.startsWith("{")) {
            return ofObject(members(content), content);
        }
        if (start.contains("\n\n\u2014 ")) {
            return FileKind.NOTE;
        }
        return start.contains("-----BEGIN ") ? FileKind.PEM : FileKind.OTHER;
    }

    private static FileKind ofObject(Set<String> members, Bytes content) throws MalformedReleasesException {
        if (members.contains("payload") && members.contains("signatures")) {
            return switch (draft(members(SignedEnvelope.parse(content).payload()))) {
                case LIST_DRAFT -> FileKind.SIGNED_LIST;
                case ROOT_DRAFT -> FileKind.SIGNED_ROOT;
                default -> FileKind.OTHER_ENVELOPE;
            };
        }
        return members.contains("roots") && members.contains("list") ? FileKind.BUNDLE : draft(members);
    }

    private static FileKind draft(Set<String> members) {
        if (members.contains("releases") && members.contains("name")) {
            return FileKind.LIST_DRAFT;
        }
        return members.contains("threshold") && members.contains("list") ? FileKind.ROOT_DRAFT : FileKind.OTHER_JSON;
    }

    /** Those of the outermost object, as far as it can be read. */
    private static Set<String> members(Bytes json) {
        Set<String> members = new LinkedHashSet<>();
        try (JsonParser parser = JSON.createParser(json.toByteArray())) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME && members.size() < MAX_MEMBERS) {
                    members.add(parser.currentName());
                    parser.nextToken();
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            // Whoever parses what this looks like will say where it breaks off.
            return members;
        }
        return members;
    }
}
