package io.attestedmesh.cli.image;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.document.KmsAccess;
import io.attestedmesh.enclave.secrets.KmsSigner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A signing key in AWS KMS. */
final class KmsOptions {
    @Option(names = "--kms-key", paramLabel = "ID", description = "Key in AWS KMS: id, ARN or alias/NAME.")
    private Optional<String> key = Optional.empty();

    @Option(names = "--region", paramLabel = "REGION", description = "AWS region (default: as the SDK finds it).")
    private Optional<String> region = Optional.empty();

    @Option(names = "--endpoint", paramLabel = "URL", description = "Address of KMS (default: AWS's for the region).")
    private Optional<String> endpoint = Optional.empty();

    @Option(
            names = "--ca",
            paramLabel = "PEM",
            description = "Who vouches for that KMS. Default: the platform's authorities.")
    private Optional<Path> authorities = Optional.empty();

    boolean isChosen() {
        return key.isPresent();
    }

    KmsSigner signer() throws CommandException, IOException {
        return KmsSigner.open(KmsAccess.settings(region, endpoint, authorities), key.orElseThrow());
    }
}
