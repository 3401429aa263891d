package io.attestedmesh.transport.pki;

import io.attestedmesh.attest.evidence.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits text into PEM blocks. Explanatory text outside of blocks is allowed (RFC 7468, section 5.2; OpenSSL writes it),
 * inside of a block only base64 in any line length.
 */
final class PemText {
    static final int MAX_SIZE = 1 << 20;
    static final int MAX_BLOCKS = 1000;

    private static final Pattern BOUNDARY = Pattern.compile("-----(BEGIN|END) ([A-Z0-9][A-Z0-9 ]{0,63})-----");

    private final String source;
    private final List<PemBlock> blocks = new ArrayList<>();
    private StringBuilder body;
    private String label;
    private int begun;

    private PemText(String source) {
        this.source = source;
    }

    static List<PemBlock> blocks(String source, byte[] text) throws PemException {
        if (text.length > MAX_SIZE) {
            throw new PemException(source, "larger than " + MAX_SIZE + " bytes");
        }
        PemText scan = new PemText(source);
        int line = 0;
        for (String raw : new String(text, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            scan.line(raw.strip(), ++line);
        }
        return scan.end(text);
    }

    private void line(String text, int line) throws PemException {
        if (text.startsWith("-----")) {
            Matcher boundary = BOUNDARY.matcher(text);
            if (!boundary.matches()) {
                throw new PemException(source, "line " + line + ": not a PEM boundary");
            }
            if (boundary.group(1).equals("BEGIN")) {
                begin(boundary.group(2), line);
            } else {
                finish(boundary.group(2), line);
            }
        } else if (body != null) {
            if (text.indexOf(':') >= 0) {
                throw headers(line);
            }
            body.append(text);
        }
    }

    private void begin(String name, int line) throws PemException {
        if (body != null) {
            throw new PemException(source, "line " + line + ": BEGIN inside of the block begun in line " + begun);
        }
        if (blocks.size() == MAX_BLOCKS) {
            throw new PemException(source, "more than " + MAX_BLOCKS + " blocks");
        }
        label = name;
        begun = line;
        body = new StringBuilder();
    }

    private void finish(String name, int line) throws PemException {
        if (body == null || !name.equals(label)) {
            throw new PemException(
                    source,
                    "line " + line + ": END " + name + " without its BEGIN"
                            + (body == null ? "" : " (open: " + label + ")"));
        }
        blocks.add(new PemBlock(label, decode(body.toString(), line)));
        body = null;
    }

    private Bytes decode(String base64, int line) throws PemException {
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            // No cause: its message quotes a character of what may be a key.
            throw new PemException(source, "the " + label + " that ends in line " + line + " is not base64");
        }
        // The decoder ignores stray bits behind the last byte; one encoding only is accepted.
        if (decoded.length == 0 || !Base64.getEncoder().encodeToString(decoded).equals(base64)) {
            throw new PemException(source, "the " + label + " that ends in line " + line + " is empty or badly padded");
        }
        Bytes content = Bytes.of(decoded);
        Arrays.fill(decoded, (byte) 0);
        return content;
    }

    private PemException headers(int line) {
        return new PemException(
                source,
                "line " + line + ": header lines inside of " + label + " are not supported (legacy encryption?)",
                "convert the key: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW");
    }

    private List<PemBlock> end(byte[] text) throws PemException {
        if (body != null) {
            throw new PemException(
                    source,
                    label + " begun in line " + begun + " has no END line",
                    "the file is truncated: copy it again");
        }
        if (blocks.isEmpty()) {
            boolean der = text.length > 1 && text[0] == 0x30;
            throw new PemException(
                    source,
                    text.length == 0 ? "the file is empty" : "no PEM block found" + (der ? " (it looks like DER)" : ""),
                    der ? "convert it: openssl x509 -inform DER -in OLD -out NEW (or openssl pkcs8 for a key)" : null);
        }
        return List.copyOf(blocks);
    }
}
