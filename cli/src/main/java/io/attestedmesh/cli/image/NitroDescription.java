package io.attestedmesh.cli.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.enclave.image.EnclaveImage;
import io.attestedmesh.enclave.image.ImageMetadata;
import io.attestedmesh.enclave.image.ImageSignature;
import io.attestedmesh.enclave.image.RejectedSignatureException;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** The JSON that {@code nitro-cli describe-eif} prints, so that scripts that read it work here too. */
final class NitroDescription {
    private static final JsonMapper JSON = JsonMapper.builder()
            // Then nothing is left that a terminal could take for more than text.
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    /** As OpenSSL prints times of certificates. */
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "MMM ppd HH:mm:ss yyyy 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private NitroDescription() {}

    /** Whether {@code format} names this form; it describes one file. */
    static boolean isWanted(String format, int files) throws CommandException {
        if (format.equals("amesh")) {
            return false;
        }
        if (!format.equals("nitro-cli")) {
            throw CommandException.usage("--format " + format + " is not known", "give amesh or nitro-cli");
        }
        if (files != 1) {
            throw CommandException.usage("--format nitro-cli describes one file, not " + files, "");
        }
        return true;
    }

    static String of(EnclaveImage image, Instant now) {
        ObjectNode shown = JSON.createObjectNode();
        shown.put("EifVersion", EnclaveImage.VERSION);
        ObjectNode measured = shown.putObject("Measurements");
        measured.put("HashAlgorithm", "Sha384 { ... }");
        image.registers().values().forEach((index, value) -> {
            if (index != EnclaveImage.SIGNER_REGISTER || image.signature().isPresent()) {
                measured.put("PCR" + index, value.hex());
            }
        });
        shown.put("IsSigned", image.signature().isPresent());
        image.signature().ifPresent(each -> shown.set("SigningCertificate", certificate(each)));
        shown.put("CheckCRC", true);
        if (image.signature().isPresent()) {
            shown.put("SignatureCheck", fits(image, now));
        }
        image.metadata().ifPresent(each -> metadata(each, shown));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(shown);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree can be written", e);
        }
    }

    private static boolean fits(EnclaveImage image, Instant now) {
        try {
            image.requireSigned(now);
            return true;
        } catch (RejectedSignatureException e) {
            return false;
        }
    }

    private static ObjectNode certificate(ImageSignature signature) {
        X509Certificate certificate = signature.certificate();
        ObjectNode shown = JSON.createObjectNode();
        ObjectNode issuer = shown.putObject("IssuerName");
        try {
            for (Rdn part : new LdapName(certificate.getIssuerX500Principal().getName()).getRdns()) {
                Object value = part.getValue();
                String text = value instanceof byte[] der ? HexFormat.of().formatHex(der) : String.valueOf(value);
                issuer.put(longName(part.getType()), text);
            }
        } catch (InvalidNameException e) {
            issuer.put("commonName", certificate.getIssuerX500Principal().getName());
        }
        shown.put("Algorithm", algorithm(certificate.getSigAlgName()));
        shown.put("NotBefore", TIME.format(certificate.getNotBefore().toInstant()));
        shown.put("NotAfter", TIME.format(certificate.getNotAfter().toInstant()));
        shown.put("Signature", HexFormat.ofDelimiter(":").withUpperCase().formatHex(certificate.getSignature()));
        return shown;
    }

    private static String longName(String type) {
        return switch (type.toUpperCase(Locale.ROOT)) {
            case "CN" -> "commonName";
            case "C" -> "countryName";
            case "ST" -> "stateOrProvinceName";
            case "L" -> "localityName";
            case "O" -> "organizationName";
            case "OU" -> "organizationalUnitName";
            default -> type;
        };
    }

    private static String algorithm(String jcaName) {
        return switch (jcaName) {
            case "SHA256withECDSA" -> "ecdsa-with-SHA256";
            case "SHA384withECDSA" -> "ecdsa-with-SHA384";
            case "SHA512withECDSA" -> "ecdsa-with-SHA512";
            case "SHA256withRSA" -> "sha256WithRSAEncryption";
            default -> jcaName;
        };
    }

    private static void metadata(ImageMetadata metadata, ObjectNode shown) {
        metadata.text("ImageName").ifPresent(each -> shown.put("ImageName", each));
        metadata.text("ImageVersion").ifPresent(each -> shown.put("ImageVersion", each));
        ObjectNode described = shown.putObject("Metadata");
        for (String member :
                new String[] {"BuildTime", "BuildTool", "BuildToolVersion", "OperatingSystem", "KernelVersion"}) {
            Optional<String> value = metadata.text("BuildMetadata", member);
            value.ifPresent(each -> described.put(member, each));
        }
        JsonNode json = metadata.json();
        described.set("DockerInfo", json.path("DockerInfo").isMissingNode() ? JSON.nullNode() : json.get("DockerInfo"));
        if (json.path("CustomMetadata") instanceof ObjectNode custom) {
            custom.properties().forEach(each -> described.set(each.getKey(), each.getValue()));
        }
    }
}
