package io.attestedmesh.cli.release;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.Passwords;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.document.CheckpointFile;
import io.attestedmesh.cli.document.NoteSigners;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.log.NoteKey;
import io.attestedmesh.releases.log.NoteSignature;
import io.attestedmesh.releases.log.NoteSigner;
import io.attestedmesh.releases.log.TileLog;
import io.attestedmesh.releases.root.LogTrust;
import io.attestedmesh.releases.root.TrustRoot;
import io.attestedmesh.releases.trust.Bundle;
import io.attestedmesh.releases.trust.Publication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a publication uses the log, or that it uses none. */
final class LogUse {
    @Option(names = "--log", paramLabel = "DIR", description = "Folder of the log.")
    private Optional<Path> folder = Optional.empty();

    @Option(names = "--log-key", paramLabel = "FILE", description = "Private key of the log.")
    private Optional<Path> key = Optional.empty();

    @Mixin
    private Passwords passwords;

    @Option(
            names = "--cosignature",
            paramLabel = "FILE",
            description = "What a witness made of the checkpoint ('amesh release log cosign'); repeated.")
    private List<Path> cosignatures = List.of();

    @Option(
            names = "--refresh",
            description = "Sign the checkpoint again, with the time of now, for clients that ask for a recent one.")
    private boolean refresh;

    @Option(names = "--no-log", description = "Publish outside of the log; clients that require it refuse the bundle.")
    private boolean none;

    Bundle publish(
            Publication publication, SignedEnvelope list, TrustRoot root, PublishedFile published, Terminal terminal)
            throws CommandException, IOException, RejectedReleasesException, MalformedReleasesException {
        if (none || root.log().isEmpty()) {
            requireNoLog(root);
            if (root.log().isPresent()) {
                terminal.warn("the trust root names the log " + root.log().get().origin()
                        + ", and this list will not be in it");
            }
            return publication.bundle(list);
        }
        if (folder.isEmpty() || key.isEmpty()) {
            throw CommandException.usage(
                    "the trust root names the log " + root.log().get().origin(),
                    "give --log DIR and --log-key FILE, or --no-log");
        }
        NoteSigner signer = signer(root.log().get(), terminal);
        TileLog log = open(folder.get(), root.log().get());
        published.requireSameHistory(log);
        long index = publication.enter(list, log, signer);
        if (refresh) {
            log.renew(signer, terminal.clock());
            if (root.log().get().witnessThreshold() > 0) {
                terminal.warn("clients go by the witnesses' time: each has to run 'amesh release log cosign' again");
            }
        }
        for (Path file : cosignatures) {
            cosign(log, file, root.log().get());
        }
        return bundle(publication, list, log, index);
    }

    private TileLog open(Path logFolder, LogTrust trust) throws CommandException, IOException {
        if (!Files.exists(logFolder.resolve("checkpoint"))) {
            throw CommandException.usage(
                    logFolder + " is no folder of a log",
                    "a log that was begun elsewhere must be had from there; a new one: amesh release log init "
                            + logFolder + " --origin " + trust.origin() + " --key " + key.orElseThrow());
        }
        return TileLog.open(logFolder);
    }

    private void requireNoLog(TrustRoot root) throws CommandException {
        if (folder.isPresent() || key.isPresent() || refresh || !cosignatures.isEmpty()) {
            throw root.log().isPresent()
                    ? CommandException.usage("--no-log excludes --log and what goes with it", "")
                    : CommandException.usage(
                            "the trust root names no log, so clients would not look at one",
                            "name it in the next root: amesh root next --log VKEY");
        }
    }

    private NoteSigner signer(LogTrust log, Terminal terminal) throws CommandException, IOException {
        NoteSigner signer = NoteSigners.open(log.origin(), key.orElseThrow(), passwords, terminal);
        if (!log.keys().contains(signer.key())) {
            throw CommandException.rejected(
                    key.get() + " is no key of the log " + log.origin(),
                    "KEY_NOT_NAMED",
                    String.join(", ", log.keys().stream().map(NoteKey::vkey).toList()),
                    signer.key().vkey(),
                    "clients would refuse its checkpoints");
        }
        return signer;
    }

    private Bundle bundle(Publication publication, SignedEnvelope list, TileLog log, long index)
            throws CommandException, IOException, RejectedReleasesException, MalformedReleasesException {
        try {
            return publication.bundle(list, log);
        } catch (RejectedReleasesException e) {
            if (e.reason() != ReleasesReason.WITNESSES_MISSING) {
                throw e;
            }
            throw CommandException.rejected(
                    "entry " + index + " is in the log, and not published yet",
                    e.reason().name(),
                    e.expected(),
                    e.actual(),
                    "each witness: amesh release log cosign " + folder.orElseThrow()
                            + " …; then the same command with --cosignature FILE");
        }
    }

    private static void cosign(TileLog log, Path file, LogTrust trust)
            throws CommandException, IOException, RejectedReleasesException {
        boolean found = false;
        for (NoteSignature line : CheckpointFile.signatures(file, log.checkpoint())) {
            for (NoteKey witness : trust.witnesses()) {
                if (witness.name().equals(line.name()) && witness.id().equals(line.keyId())) {
                    log.addCosignature(witness, line);
                    found = true;
                }
            }
        }
        if (!found) {
            throw CommandException.usage(
                    "--cosignature " + file + " has no signature by a witness of the trust root",
                    "it names " + trust.witnesses().size() + ": amesh root show");
        }
    }
}
