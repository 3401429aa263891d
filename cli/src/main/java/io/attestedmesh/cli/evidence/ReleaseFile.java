package io.attestedmesh.cli.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.PinnedReleases;
import io.attestedmesh.cli.command.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The operator's own, unsigned list of releases:
 *
 * <pre>{@code {"releases":[{"name":"payments 1.4","pcrs":{"0":"…","1":"…","2":"…"}}]}}</pre>
 *
 * <p>Read strictly: no other keys, no key twice, nothing after the object, PCR0, 1 and 2 in each release.
 */
public final class ReleaseFile {
    private static final int MAX_SIZE = 1024 * 1024;
    private static final String HINT = "docs/cli.md shows the format";

    private ReleaseFile() {}

    /** Reads at most 1 MiB of JSON. */
    public static PinnedReleases read(Path file) throws IOException, CommandException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_SIZE + 1);
        }
        if (content.length > MAX_SIZE) {
            throw wrong(file, "more than " + MAX_SIZE + " bytes", null);
        }
        JsonMapper json = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        try {
            return PinnedReleases.of(releases(json.readTree(content)));
        } catch (JsonProcessingException e) {
            throw wrong(file, e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw wrong(file, e.getMessage(), e);
        }
    }

    private static CommandException wrong(Path file, String why, Exception cause) {
        return CommandException.usage(file + " is not a list of releases: " + why, HINT, cause);
    }

    private static Map<String, Map<Integer, Bytes>> releases(JsonNode list) {
        require(list.isObject() && fieldNames(list).equals(Set.of("releases")), "one key, \"releases\"");
        require(list.get("releases").isArray(), "\"releases\" as an array");
        Map<String, Map<Integer, Bytes>> releases = new LinkedHashMap<>();
        for (JsonNode release : list.get("releases")) {
            require(fieldNames(release).equals(Set.of("name", "pcrs")), "\"name\" and \"pcrs\" in each release");
            require(release.get("name").isTextual() && release.get("pcrs").isObject(), "a name and an object of PCRs");
            String name = release.get("name").textValue();
            require(!releases.containsKey(name), "each name once");
            releases.put(name, registers(release.get("pcrs")));
        }
        return releases;
    }

    private static Map<Integer, Bytes> registers(JsonNode pcrs) {
        Map<Integer, Bytes> registers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> pcr : pcrs.properties()) {
            require(pcr.getKey().matches("[0-9]|[12][0-9]|3[01]"), "register indices from 0 to 31");
            require(pcr.getValue().isTextual(), "hexadecimal digits in each register");
            registers.put(
                    Integer.valueOf(pcr.getKey()), Bytes.fromHex(pcr.getValue().textValue()));
        }
        return registers;
    }

    private static Set<String> fieldNames(JsonNode node) {
        Set<String> names = new java.util.HashSet<>();
        for (Iterator<String> fields = node.fieldNames(); fields.hasNext(); ) {
            names.add(fields.next());
        }
        return names;
    }

    private static void require(boolean fulfilled, String expected) {
        if (!fulfilled) {
            throw new IllegalArgumentException("expected " + expected);
        }
    }
}
