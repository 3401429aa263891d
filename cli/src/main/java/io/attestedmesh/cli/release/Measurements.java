package io.attestedmesh.cli.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.document.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Registers out of what build tools write:
 *
 * <pre>{@code
 * {"Measurements":{"HashAlgorithm":"Sha384 { ... }","PCR0":"…","PCR1":"…","PCR2":"…"}}   nitro-cli
 * {"HashAlgorithm":"Sha384 { ... }","PCR0":"…","PCR1":"…","PCR2":"…"}                    the same, cut out
 * {"pcr0":"…","pcr1":"…","pcr2":"…"}                                                     expected_pcr.json
 * {"pcrs":{"0":"…","1":"…","2":"…"}}                                                     as in a release list
 * }</pre>
 *
 * <p>What stands beside {@code Measurements} or {@code pcrs} is passed over; among registers, nothing else may.
 */
final class Measurements {
    private static final int MAX_BYTES = 1024 * 1024;
    private static final Pattern REGISTER = Pattern.compile("(?:PCR|pcr)?([0-9]{1,2})");
    private static final String HINT =
            "give what 'nitro-cli build-enclave' printed, or expected_pcr.json (docs/cli.md)";

    private Measurements() {}

    static Map<Integer, Bytes> read(Path file) throws IOException, CommandException {
        InputFile.requireNoFolder(file);
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_BYTES + 1);
        }
        if (content.length > MAX_BYTES) {
            throw wrong(file, "more than " + MAX_BYTES + " bytes", null);
        }
        JsonMapper json = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        try {
            return registers(file, json.readTree(content));
        } catch (JsonProcessingException e) {
            // Jackson quotes what it stumbles over, and the file may be any: a passphrase that lay beside it.
            throw wrong(
                    file,
                    "no JSON from line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + " on",
                    null);
        } catch (IOException e) {
            throw wrong(file, "no text in an encoding of JSON", null);
        }
    }

    private static Map<Integer, Bytes> registers(Path file, JsonNode document) throws CommandException {
        JsonNode measured = document;
        for (String around : new String[] {"Measurements", "pcrs"}) {
            if (document.has(around)) {
                measured = document.get(around);
            }
        }
        if (!measured.isObject()) {
            throw wrong(file, "no object with registers", null);
        }
        Map<Integer, Bytes> registers = new TreeMap<>();
        for (Map.Entry<String, JsonNode> member : measured.properties()) {
            if (member.getKey().equals("HashAlgorithm")) {
                requireSha384(file, member.getValue());
            } else {
                put(file, registers, member.getKey(), member.getValue());
            }
        }
        if (registers.isEmpty()) {
            throw wrong(file, "no register in it", null);
        }
        return registers;
    }

    private static void requireSha384(Path file, JsonNode algorithm) throws CommandException {
        if (!algorithm.asText().startsWith("Sha384")) {
            throw wrong(file, "its hash algorithm is " + algorithm.asText() + ", not Sha384", null);
        }
    }

    private static void put(Path file, Map<Integer, Bytes> registers, String name, JsonNode value)
            throws CommandException {
        Matcher register = REGISTER.matcher(name);
        if (!register.matches()) {
            throw wrong(file, name + " is no register", null);
        }
        if (!value.isTextual() || !value.textValue().matches("[0-9a-fA-F]{96}")) {
            throw wrong(file, name + " is not 96 hexadecimal digits", null);
        }
        if (registers.put(Integer.valueOf(register.group(1)), Bytes.fromHex(value.textValue())) != null) {
            throw wrong(file, "PCR" + register.group(1) + " is there twice", null);
        }
    }

    private static CommandException wrong(Path file, String why, Exception cause) {
        return CommandException.usage(file + " holds no measurements: " + why, HINT, cause);
    }
}
