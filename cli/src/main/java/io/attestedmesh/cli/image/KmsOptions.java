package io.attestedmesh.cli.image;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.enclave.secrets.AwsSettings;
import io.attestedmesh.enclave.secrets.KmsSigner;
import java.net.URI;
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

    boolean isChosen() {
        return key.isPresent();
    }

    KmsSigner signer() throws CommandException {
        try {
            AwsSettings settings = AwsSettings.DEFAULTS;
            if (region.isPresent()) {
                settings = settings.withRegion(region.get());
            }
            if (endpoint.isPresent()) {
                settings = settings.withEndpoint(URI.create(endpoint.get()));
            }
            return KmsSigner.open(settings, key.orElseThrow());
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(e.getMessage(), "", e);
        }
    }
}
