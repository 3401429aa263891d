package io.attestedmesh.releases.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** AWS Signature Version 4 as S3 checks it, of the request as it came. */
final class SignatureV4 {
    private static final Pattern FORM = Pattern.compile(
            "AWS4-HMAC-SHA256 Credential=([^/]+)/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})");

    private SignatureV4() {}

    static boolean holds(HttpExchange exchange, String keyId, String secret) {
        Matcher form = FORM.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        return form.matches()
                && form.group(1).equals(keyId)
                && form.group(4).equals(signature(exchange, form.group(2), form.group(3), secret));
    }

    private static String signature(HttpExchange exchange, String scope, String signed, String secret) {
        List<String> lines = new ArrayList<>();
        URI target = exchange.getRequestURI();
        lines.add(exchange.getRequestMethod());
        lines.add(target.getRawPath());
        String query = target.getRawQuery() == null ? "" : target.getRawQuery();
        lines.add(String.join("&", Arrays.stream(query.split("&", -1)).sorted().toList()));
        for (String name : signed.split(";", -1)) {
            lines.add(name + ":" + exchange.getRequestHeaders().getFirst(name));
        }
        lines.add("");
        lines.add(signed);
        lines.add(exchange.getRequestHeaders().getFirst("x-amz-content-sha256"));
        try {
            byte[] canonical = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\n", lines).getBytes(UTF_8));
            byte[] key = ("AWS4" + secret).getBytes(UTF_8);
            for (String part : scope.split("/", -1)) {
                key = mac(key, part);
            }
            String date = exchange.getRequestHeaders().getFirst("x-amz-date");
            return hex(mac(key, "AWS4-HMAC-SHA256\n" + date + "\n" + scope + "\n" + hex(canonical)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] mac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(UTF_8));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
