package io.attestedmesh.cli.release;

import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.document.Times;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.list.ContentRules;
import io.attestedmesh.releases.list.ImageFile;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code amesh release add}. */
@Command(
        name = "add",
        description = {
            "Add a release to a draft: what is known of one build, its registers above all.",
            "Registers come from the image itself (--image), from what 'nitro-cli build-enclave' printed",
            "(--measurements), or from --pcr; where several say one, they must agree."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh release add draft.json --name kms-core --version 1.4.2 --image kms.eif",
            "  amesh release add draft.json --name kms-core --version 1.4.2 --measurements build.json --image kms.eif",
            "  amesh release add draft.json --name kms-core --version 1.4.2 --pcr 0=HEX --pcr 1=HEX --pcr 2=HEX"
        })
final class Add extends DraftVerb {
    @Option(names = "--name", required = true, paramLabel = "NAME", description = "The program.")
    private String name;

    @Option(names = "--version", required = true, paramLabel = "VERSION", description = "Semantic version: 1.4.2.")
    private String version;

    @Mixin
    private RegisterOptions registers;

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description = "Image file: SHA-384 and size are noted, and the registers of an EIF measured.")
    private Optional<Path> image = Optional.empty();

    @Mixin
    private SourceOptions source;

    @Option(names = "--not-before", paramLabel = "TIME", description = "Not accepted before 2026-01-31T12:00:00Z.")
    private Optional<String> notBefore = Optional.empty();

    @Option(names = "--not-after", paramLabel = "TIME", description = "Not accepted after it; or from now: 90d.")
    private Optional<String> notAfter = Optional.empty();

    Add(Terminal terminal) {
        super(terminal);
    }

    @Override
    Edit edit(Draft draft) throws CommandException, IOException, RejectedReleasesException {
        Release added = release();
        draft.list().releases().stream()
                .filter(each -> each.pcrs().equals(added.pcrs()))
                .findFirst()
                .ifPresent(same -> terminal.warn(same.title() + " has the same registers: peers are told one name"));
        Draft changed = draft.with(added);
        ContentRules.check(changed.list());
        return new Edit(changed, added);
    }

    @Override
    String done() {
        return "added";
    }

    private Release release() throws CommandException, IOException {
        PcrBank pcrs = registers.read(image);
        Optional<ImageFile> file = image.isPresent() ? Optional.of(FileDigest.image(image.get())) : Optional.empty();
        Optional<Instant> from = time("--not-before", notBefore);
        Optional<Instant> until = time("--not-after", notAfter);
        try {
            return new Release(
                    name,
                    version,
                    ReleaseStatus.ACTIVE,
                    pcrs,
                    file,
                    source.read(),
                    from,
                    until,
                    Optional.empty(),
                    registers.certificate());
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("no such release can be made: " + e.getMessage(), "", e);
        }
    }

    private Optional<Instant> time(String option, Optional<String> typed) throws CommandException {
        return typed.isEmpty()
                ? Optional.empty()
                : Optional.of(Times.until(option, typed.get(), terminal.clock().instant()));
    }
}
