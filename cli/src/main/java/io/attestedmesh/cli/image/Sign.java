package io.attestedmesh.cli.image;

import io.attestedmesh.cli.command.Causes;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.NewFiles;
import io.attestedmesh.cli.command.Passwords;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.cli.document.KmsAccess;
import io.attestedmesh.cli.document.PrivateKeyFile;
import io.attestedmesh.cli.document.SigningCertificateFile;
import io.attestedmesh.enclave.image.EnclaveImage;
import io.attestedmesh.enclave.image.ImageSigner;
import io.attestedmesh.enclave.image.ImageWriter;
import io.attestedmesh.enclave.image.MalformedImageException;
import io.attestedmesh.enclave.image.RejectedSignatureException;
import io.attestedmesh.enclave.secrets.KeyArn;
import io.attestedmesh.enclave.secrets.KmsSigner;
import io.attestedmesh.enclave.secrets.SecretsException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh image sign}. */
@Command(
        name = "sign",
        description = {
            "Sign an image: a copy with a signature of its PCR0, which sets PCR8; one it had is replaced.",
            "The key is on P-256, P-384 or P-521, in a PEM file or in AWS KMS, and is the certificate's."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh image sign node.eif --certificate signer.crt --key signer.key --out signed.eif",
            "  amesh image sign node.eif --certificate signer.crt --kms-key alias/images --out signed.eif"
        })
final class Sign implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "The image.")
    private Path file;

    @Option(
            names = "--certificate",
            required = true,
            paramLabel = "PEM",
            description = "The signer's certificate, which goes into the image.")
    private Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Private key in PEM.")
    private Optional<Path> key = Optional.empty();

    @Mixin
    private Passwords passwords;

    @Option(names = "--kms-key", paramLabel = "ID", description = "Key in AWS KMS: id, ARN or alias/NAME.")
    private Optional<String> kmsKey = Optional.empty();

    @Mixin
    private KmsAccess access;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where the signed image goes.")
    private Path out;

    @Option(names = "--force", description = "Overwrite a file that is there.")
    private boolean force;

    @Option(names = "--json", description = JSON)
    private boolean json;

    Sign(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        InputFile.requireNoFolder(file);
        new NewFiles(force).refuseTaken(out);
        X509Certificate signer = SigningCertificateFile.read(certificate);
        if (key.isPresent() == kmsKey.isPresent()) {
            throw CommandException.usage(
                    key.isPresent() ? "--key and --kms-key exclude each other" : "nothing says which key signs",
                    "give --key FILE, or --kms-key ID");
        }
        EnclaveImage signed;
        if (key.isPresent()) {
            signed = sign(
                    signer,
                    ImageSigner.of(
                            PrivateKeyFile.open(key.get(), passwords, terminal).getPrivate()));
        } else {
            try (KmsSigner inKms = inKms(kmsKey.get())) {
                signed = sign(signer, inKms);
            }
        }
        print(signed.register(EnclaveImage.SIGNER_REGISTER).hex());
        try {
            signed.requireSigned(terminal.clock().instant());
        } catch (RejectedSignatureException e) {
            terminal.warn("'image verify' will refuse it: " + e.getMessage());
        }
        return ExitStatus.DONE;
    }

    private KmsSigner inKms(String id) throws CommandException, IOException {
        try {
            return KmsSigner.open(access.settings(KeyArn.parse(id).map(KeyArn::region)), id);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(e.getMessage(), "say --region, or give --kms-key the key's ARN", e);
        }
    }

    private EnclaveImage sign(X509Certificate signer, ImageSigner by) throws CommandException, IOException {
        try {
            return ImageWriter.sign(file, signer, by, out, force);
        } catch (MalformedImageException e) {
            throw CommandException.usage(file + " is no enclave image: " + e.getMessage(), "", e);
        } catch (GeneralSecurityException e) {
            Optional<SecretsException> inKms = Causes.first(e, SecretsException.class);
            if (inKms.isPresent()) {
                throw KmsAccess.failure("not signed", inKms.get(), "these credentials need kms:Sign for that key");
            }
            throw CommandException.usage("cannot sign with this key: " + e.getMessage(), "", e);
        }
    }

    private void print(String pcr8) {
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("file", out);
            line.put("pcr8", pcr8);
            terminal.json(line);
        } else {
            terminal.print("PCR8  " + pcr8);
        }
        terminal.say("Signed: " + out + ". PCR0, PCR1 and PCR2 are as before.");
    }
}
