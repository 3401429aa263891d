package io.attestedmesh.enclave.ramdisk;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.attestedmesh.attest.evidence.Excerpt;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The files of a container image, out of an OCI image layout or what {@code docker save} wrote; no Docker engine is
 * asked. Everything is checked against the digests that name it: manifest and configuration by their own, layers by the
 * configuration's {@code diff_ids}.
 */
final class ContainerImage {
    private static final int MAX_JSON = 4 << 20;
    private static final int MAX_LAYERS = 1000;

    /** An index that names an index, and no further. */
    private static final int MAX_INDEXES = 2;

    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final ImageFiles files;
    private final String architecture;

    private ContainerImage(ImageFiles files, String architecture) {
        this.files = files;
        this.architecture = architecture;
    }

    /** Whether these are the files of a container image at all. */
    static boolean isIn(ImageFiles files) {
        return files.has("oci-layout") || files.has("manifest.json");
    }

    /**
     * @param architecture as images name it, {@code amd64} or {@code arm64}: which one, where there are several
     */
    static Application read(ImageFiles files, String architecture, Spool spool) throws IOException, RamdiskException {
        ContainerImage image = new ContainerImage(files, architecture);
        return files.has("oci-layout") ? image.layout(spool) : image.saved(spool);
    }

    private Application layout(Spool spool) throws IOException, RamdiskException {
        JsonNode manifest = manifest(json("index.json", ""), MAX_INDEXES);
        JsonNode config = blob(manifest.path("config"));
        List<String> layers = new ArrayList<>();
        for (JsonNode layer : manifest.path("layers")) {
            layers.add(blobName(layer));
        }
        return apply(config, layers, spool);
    }

    private JsonNode manifest(JsonNode index, int depth) throws IOException, RamdiskException {
        List<JsonNode> candidates = new ArrayList<>();
        for (JsonNode each : index.path("manifests")) {
            JsonNode platform = each.path("platform").path("architecture");
            if (platform.isMissingNode() || platform.asText().equals(architecture)) {
                candidates.add(each);
            }
        }
        if (candidates.size() != 1) {
            throw new RamdiskException(
                    candidates.isEmpty() ? RamdiskReason.NOT_AN_IMAGE : RamdiskReason.SEVERAL_IMAGES,
                    "one image for " + architecture,
                    candidates.size() + " of " + index.path("manifests").size());
        }
        JsonNode found = blob(candidates.get(0));
        if (!found.has("manifests")) {
            return found;
        }
        if (depth == 1) {
            throw bad("a manifest", "indexes of indexes");
        }
        return manifest(found, depth - 1);
    }

    private Application saved(Spool spool) throws IOException, RamdiskException {
        JsonNode manifests = json("manifest.json", "");
        if (!manifests.isArray() || manifests.size() != 1) {
            throw new RamdiskException(
                    RamdiskReason.SEVERAL_IMAGES, "one image in manifest.json", Integer.toString(manifests.size()));
        }
        JsonNode manifest = manifests.get(0);
        List<String> layers = new ArrayList<>();
        for (JsonNode layer : manifest.path("Layers")) {
            layers.add(text(layer, "Layers"));
        }
        return apply(json(text(manifest.path("Config"), "Config"), ""), layers, spool);
    }

    private Application apply(JsonNode config, List<String> layers, Spool spool) throws IOException, RamdiskException {
        JsonNode diffIds = config.path("rootfs").path("diff_ids");
        if (layers.size() > MAX_LAYERS || diffIds.size() != layers.size()) {
            throw bad("as many diff_ids as layers, at most " + MAX_LAYERS, diffIds.size() + " and " + layers.size());
        }
        FileTree tree = new FileTree();
        int otherOwners = 0;
        for (int i = 0; i < layers.size(); i++) {
            String wanted = text(diffIds.get(i), "diff_ids");
            try (InputStream stored = files.open(layers.get(i));
                    InputStream plain = TarLayer.decompressed(stored)) {
                DigestInputStream digested = new DigestInputStream(plain, sha256());
                otherOwners += TarLayer.apply(digested, tree, spool);
                requireDigest(layers.get(i), wanted, digested.getMessageDigest());
            }
        }
        return new Application(tree, launch(config.path("config")), otherOwners, spool);
    }

    private static Launch launch(JsonNode config) throws RamdiskException {
        List<String> command = texts(config.path("Entrypoint"), "Entrypoint");
        command.addAll(texts(config.path("Cmd"), "Cmd"));
        return new Launch(command, texts(config.path("Env"), "Env"));
    }

    private static List<String> texts(JsonNode list, String member) throws RamdiskException {
        List<String> texts = new ArrayList<>();
        for (JsonNode each : list) {
            String text = text(each, member);
            if (text.indexOf('\n') >= 0 || text.indexOf('\0') >= 0) {
                throw bad(member + " without line breaks", Excerpt.of(text));
            }
            texts.add(text);
        }
        return texts;
    }

    private JsonNode blob(JsonNode descriptor) throws IOException, RamdiskException {
        return json(blobName(descriptor), text(descriptor.path("digest"), "digest"));
    }

    private static String blobName(JsonNode descriptor) throws RamdiskException {
        String digest = text(descriptor.path("digest"), "digest");
        if (!DIGEST.matcher(digest).matches()) {
            throw bad("a digest sha256:…", Excerpt.of(digest));
        }
        return "blobs/" + digest.replace(':', '/');
    }

    /** @param digest that the bytes must have; empty where nothing names one */
    private JsonNode json(String name, String digest) throws IOException, RamdiskException {
        byte[] content;
        try (InputStream in = files.open(name)) {
            content = in.readNBytes(MAX_JSON + 1);
        }
        if (content.length > MAX_JSON) {
            throw bad("at most " + MAX_JSON + " bytes of JSON", Excerpt.of(name));
        }
        if (!digest.isEmpty()) {
            MessageDigest actual = sha256();
            actual.update(content);
            requireDigest(name, digest, actual);
        }
        try {
            return JSON.readTree(content);
        } catch (IOException e) { // of text in no encoding of JSON it is no JsonProcessingException
            throw new RamdiskException(RamdiskReason.BAD_MANIFEST, "JSON in " + Excerpt.of(name), "other text", e);
        }
    }

    private static void requireDigest(String name, String wanted, MessageDigest digest) throws RamdiskException {
        String actual = "sha256:" + HexFormat.of().formatHex(digest.digest());
        if (!actual.equals(wanted)) {
            throw new RamdiskException(
                    RamdiskReason.DIGEST_MISMATCH, Excerpt.of(name) + " to be " + Excerpt.of(wanted), actual);
        }
    }

    private static String text(JsonNode value, String member) throws RamdiskException {
        if (!value.isTextual()) {
            throw bad(member + ", a text", value.getNodeType().toString());
        }
        return value.textValue();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static RamdiskException bad(String expected, String actual) {
        return new RamdiskException(RamdiskReason.BAD_MANIFEST, expected, actual);
    }
}
