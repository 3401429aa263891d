package io.attestedmesh.enclave.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * What an image says about its build, as JSON. The CRC covers it and no register does: whoever has the file can write
 * anything here, so nothing may be decided by it.
 */
public final class ImageMetadata {
    static final int MAX_SIZE = 1 << 20;

    private static final int MAX_DEPTH = 32;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static {
        JSON.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build());
    }

    private final ObjectNode json;

    private ImageMetadata(ObjectNode json) {
        this.json = json;
    }

    static ImageMetadata parse(Bytes encoded) throws MalformedImageException {
        try {
            JsonNode tree = JSON.readTree(encoded.toByteArray());
            if (tree instanceof ObjectNode object) {
                return new ImageMetadata(object);
            }
            throw notJson(tree.isMissingNode() ? "nothing" : "another value", null);
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? "other text"
                    : "other text at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw notJson(where, e);
        } catch (IOException e) {
            throw notJson("other bytes", e);
        }
    }

    private static MalformedImageException notJson(String actual, Exception cause) {
        return new MalformedImageException(ImageReason.METADATA_NOT_JSON, "a JSON object", actual, cause);
    }

    /**
     * For a new image. Nothing of it depends on the machine or the hour, so that two builds are the same.
     *
     * @param tool what built it, and its version
     * @param custom the builder's own members, a JSON object; empty for none
     * @throws MalformedImageException if {@code custom} is none, or too large
     */
    public static ImageMetadata of(String name, String version, String tool, String toolVersion, Optional<Bytes> custom)
            throws MalformedImageException {
        ObjectNode json = JSON.createObjectNode();
        json.put("ImageName", name).put("ImageVersion", version);
        json.putObject("BuildMetadata")
                .put("BuildTime", "1970-01-01T00:00:00Z")
                .put("BuildTool", tool)
                .put("BuildToolVersion", toolVersion)
                .put("OperatingSystem", "Linux")
                .put("KernelVersion", "unknown");
        json.putObject("DockerInfo");
        json.set("CustomMetadata", custom.isPresent() ? parse(custom.get()).json : JSON.createObjectNode());
        ImageMetadata metadata = new ImageMetadata(json);
        if (metadata.encode().size() > MAX_SIZE) {
            throw new MalformedImageException(
                    ImageReason.METADATA_TOO_LARGE,
                    "at most " + MAX_SIZE + " bytes",
                    metadata.encode().size() + " bytes");
        }
        return metadata;
    }

    /** The value of a text member, along {@code path}; empty where there is none. */
    public Optional<String> text(String... path) {
        JsonNode at = json;
        for (String member : path) {
            at = at.path(member);
        }
        return at.isTextual() ? Optional.of(at.textValue()) : Optional.empty();
    }

    /** All of it. */
    public JsonNode json() {
        return json.deepCopy();
    }

    Bytes encode() {
        try {
            return Bytes.of(JSON.writeValueAsBytes(json));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree can be written", e);
        }
    }
}
