package io.attestedmesh.cli.release;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.cli.document.SigningCertificateFile;
import io.attestedmesh.enclave.image.ImageReader;
import io.attestedmesh.enclave.image.MalformedImageException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Where the registers of a release come from. */
final class RegisterOptions {
    private static final int SIGNER = 8;

    @Option(names = "--pcr", paramLabel = "N=HEX", description = "One register: 0, 1, 2, 3, 4 or 8; repeated.")
    private List<String> pcrs = List.of();

    @Option(
            names = "--measurements",
            paramLabel = "FILE",
            description = "JSON of 'nitro-cli build-enclave' or 'describe-eif', or expected_pcr.json (docs/cli.md).")
    private Optional<Path> measurements = Optional.empty();

    @Option(
            names = "--signing-certificate",
            paramLabel = "PEM",
            description = "Certificate that signed the image: noted, and gives PCR8 where nothing else does.")
    private Optional<Path> certificate = Optional.empty();

    /**
     * The registers, out of {@code image} too if that is an enclave image file; what else was said of them must agree
     * with its bytes.
     */
    PcrBank read(Optional<Path> image) throws CommandException, IOException {
        Map<Integer, Bytes> registers = new TreeMap<>();
        if (measurements.isPresent()) {
            registers.putAll(Measurements.read(measurements.get()));
        }
        for (String typed : pcrs) {
            put(registers, typed);
        }
        Optional<Bytes> der = certificate();
        if (der.isPresent()) {
            registers.putIfAbsent(SIGNER, Pcr.extendOfZero(der.get().sha384()));
        }
        Map<Integer, Bytes> measured = image.isPresent() ? measured(image.get()) : Map.of();
        requireAgreement(registers, measured);
        measured.forEach((index, value) -> {
            if (!value.isZero()) {
                registers.put(index, value);
            }
        });
        if (registers.isEmpty()) {
            throw CommandException.usage(
                    "nothing says what the release measures",
                    "give --image with an enclave image file, --measurements FILE, or --pcr 0=HEX and so on");
        }
        try {
            return PcrBank.of(registers);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(e.getMessage(), "SHA-384 has 96 hexadecimal digits", e);
        }
    }

    /** Of a file that does not begin as enclave images do, nothing: other formats are noted by digest alone. */
    private static Map<Integer, Bytes> measured(Path image) throws CommandException, IOException {
        InputFile.requireNoFolder(image);
        if (!ImageReader.isImage(image)) {
            return Map.of();
        }
        try {
            return ImageReader.read(image).registers().values();
        } catch (MalformedImageException e) {
            throw CommandException.usage(image + " is no enclave image: " + e.getMessage(), "", e);
        }
    }

    private static void requireAgreement(Map<Integer, Bytes> said, Map<Integer, Bytes> measured)
            throws CommandException {
        for (Map.Entry<Integer, Bytes> each : measured.entrySet()) {
            Bytes other = said.get(each.getKey());
            if (other != null && !other.equals(each.getValue())) {
                throw CommandException.rejected(
                        "PCR" + each.getKey() + " is not what --image measures",
                        "REGISTER_MISMATCH",
                        each.getValue().hex(),
                        other.hex(),
                        "without --pcr and --measurements, the image's own are taken");
            }
        }
    }

    private static void put(Map<Integer, Bytes> registers, String typed) throws CommandException {
        String[] parts = typed.split("=", 2);
        if (parts.length != 2 || !parts[0].matches("[0-9]{1,2}") || !parts[1].matches("[0-9a-fA-F]{96}")) {
            throw CommandException.usage(
                    "--pcr " + typed + " is not a register", "N=HEX with 96 hexadecimal digits, as in --pcr 0=3f2a…");
        }
        int index = Integer.parseInt(parts[0]);
        Bytes value = Bytes.fromHex(parts[1]);
        Bytes before = registers.put(index, value);
        if (before != null && !before.equals(value)) {
            throw CommandException.usage("PCR" + index + " is given twice, and not the same", "");
        }
    }

    /** DER of the one certificate in the file. */
    Optional<Bytes> certificate() throws CommandException, IOException {
        if (certificate.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Bytes.of(SigningCertificateFile.read(certificate.get()).getEncoded()));
        } catch (CertificateEncodingException e) {
            throw CommandException.usage(certificate.get() + " holds a certificate without an encoding", "", e);
        }
    }
}
