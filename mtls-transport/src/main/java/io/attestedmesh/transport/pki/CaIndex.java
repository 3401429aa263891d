package io.attestedmesh.transport.pki;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The account of a CA folder, kept as JSON: the number of its last revocation list, and every certificate issued.
 *
 * @param listNumber 0 before the first revocation list
 */
record CaIndex(BigInteger listNumber, List<IssuedCertificate> certificates) {
    static final CaIndex EMPTY = new CaIndex(BigInteger.ZERO, List.of());

    private static final String VERSION = "1";
    private static final Set<Set<String>> FIELDS =
            Set.of(Set.of("serial", "node", "notAfter"), Set.of("serial", "node", "notAfter", "revokedAt", "cause"));
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    CaIndex {
        certificates = List.copyOf(certificates);
    }

    byte[] encode() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("version", VERSION);
            json.writeStringField("crlNumber", listNumber.toString());
            json.writeArrayFieldStart("certificates");
            for (IssuedCertificate issued : certificates) {
                write(json, issued);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, IssuedCertificate issued) throws IOException {
        json.writeStartObject();
        json.writeStringField("serial", issued.serial().toString(16));
        json.writeStringField("node", issued.node());
        json.writeArrayFieldStart("names");
        for (String name : issued.names()) {
            json.writeString(name);
        }
        json.writeEndArray();
        json.writeStringField("notAfter", issued.notAfter().toString());
        if (issued.revocation().isPresent()) {
            Revocation revocation = issued.revocation().get();
            json.writeStringField("revokedAt", revocation.at().toString());
            json.writeStringField("cause", revocation.cause().title());
        }
        json.writeEndObject();
    }

    /** Strict: an index that was edited into something else is refused, not half understood. */
    static CaIndex decode(String source, byte[] text) throws PkiException {
        try (JsonParser json = JSON.createParser(text)) {
            expect(json.nextToken() == JsonToken.START_OBJECT, source);
            Map<String, String> fields = new TreeMap<>();
            List<IssuedCertificate> certificates = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals("certificates")) {
                    expect(json.currentToken() == JsonToken.START_ARRAY, source);
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        certificates.add(certificate(json, source));
                    }
                } else {
                    fields.put(name, string(json, source));
                }
            }
            expect(json.nextToken() == null, source);
            expect(fields.keySet().equals(Set.of("version", "crlNumber")), source);
            expect(VERSION.equals(fields.get("version")), source);
            return new CaIndex(new BigInteger(fields.get("crlNumber")), certificates);
        } catch (IOException | DateTimeException | IllegalArgumentException malformed) {
            throw new PkiException(source + ": not a CA's index", "restore it from a backup", malformed);
        }
    }

    private static IssuedCertificate certificate(JsonParser json, String source) throws IOException, PkiException {
        expect(json.currentToken() == JsonToken.START_OBJECT, source);
        Map<String, String> fields = new TreeMap<>();
        List<String> names = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            if (name.equals("names")) {
                expect(json.currentToken() == JsonToken.START_ARRAY, source);
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    names.add(string(json, source));
                }
            } else {
                fields.put(name, string(json, source));
            }
        }
        expect(FIELDS.contains(fields.keySet()), source);
        BigInteger serial = new BigInteger(fields.get("serial"), 16);
        Optional<Revocation> revocation = fields.containsKey("revokedAt")
                ? Optional.of(new Revocation(
                        serial, Instant.parse(fields.get("revokedAt")), Revocation.Cause.titled(fields.get("cause"))))
                : Optional.empty();
        return new IssuedCertificate(
                serial, fields.get("node"), names, Instant.parse(fields.get("notAfter")), revocation);
    }

    private static String string(JsonParser json, String source) throws IOException, PkiException {
        expect(json.currentToken() == JsonToken.VALUE_STRING, source);
        return json.getText();
    }

    private static void expect(boolean as, String source) throws PkiException {
        if (!as) {
            throw new PkiException(source + ": not a CA's index", "restore it from a backup");
        }
    }
}
