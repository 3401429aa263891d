package io.attestedmesh.cli.release.log;

import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Passwords;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.NoteSigners;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.log.Checkpoint;
import io.attestedmesh.releases.log.ConsistencyProof;
import io.attestedmesh.releases.log.NoteKey;
import io.attestedmesh.releases.log.NoteSigner;
import io.attestedmesh.releases.log.SignedCheckpoint;
import io.attestedmesh.releases.log.TileLog;
import io.attestedmesh.releases.log.Witness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release log cosign}. */
@Command(
        name = "cosign",
        description = {
            "As a witness: sign a log's checkpoint with the time, if it extends all that was signed before.",
            "What was signed is kept in --state; who loses that file forgets, so a missing",
            "one is an error but with --first."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh release log cosign log --vkey log.vkey --name witness.example/w1 --key w1.key --state w1.state \\",
            "      --first --out cosigned",
            "  amesh release publish list.json --root root.1.json --log log --log-key log.key --cosignature cosigned \\",
            "      --out bundle.json"
        })
final class Cosign implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "Folder of the log, or a copy of it.")
    private Path folder;

    @Mixin
    private LogFolder owner;

    @Option(
            names = "--name",
            required = true,
            paramLabel = "NAME",
            description = "Name of the witness, as in its vkey.")
    private String name;

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "Private key of the witness.")
    private Path key;

    @Mixin
    private Passwords passwords;

    @Option(names = "--state", required = true, paramLabel = "FILE", description = "What this witness has signed.")
    private Path state;

    @Option(names = "--first", description = "Make the state file: this witness has signed nothing yet.")
    private boolean first;

    @Option(names = "--out", paramLabel = "FILE", description = "The co-signed checkpoint (default: standard output).")
    private Optional<Path> out = Optional.empty();

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Cosign(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run()
            throws CommandException, IOException, RejectedReleasesException, MalformedReleasesException {
        List<NoteKey> logKeys = owner.keys();
        if (logKeys.isEmpty()) {
            throw CommandException.usage("a witness must know whose log it signs", "give --vkey or --root");
        }
        NoteSigner signer = NoteSigners.open(name, key, passwords, terminal);
        requireNamed(signer.cosigningKey());
        Witness witness = witness(signer);
        SignedCheckpoint cosigned = LogFolder.sound(folder, () -> cosign(witness, logKeys));
        print(cosigned, witness.key());
        return ExitStatus.DONE;
    }

    /** Where a trust root was given, clients that have it know their witnesses. */
    private void requireNamed(NoteKey own) throws CommandException, IOException {
        List<NoteKey> witnesses = owner.witnesses();
        if (!witnesses.isEmpty() && !witnesses.contains(own)) {
            throw CommandException.rejected(
                    key + " is no key of a witness of the trust root under the name " + name,
                    "KEY_NOT_NAMED",
                    String.join(", ", witnesses.stream().map(NoteKey::vkey).toList()),
                    own.vkey(),
                    "its signature would not count");
        }
    }

    private Witness witness(NoteSigner signer) throws CommandException, IOException, MalformedReleasesException {
        if (first) {
            try {
                return Witness.create(state, signer, terminal.clock());
            } catch (FileAlreadyExistsException e) {
                throw CommandException.failed(
                        state + " is there: this witness has signed before", "leave out --first", e);
            }
        }
        if (!Files.exists(state)) {
            throw CommandException.usage(
                    state + " is missing, so nobody knows what this witness has signed",
                    "only if it has signed nothing yet: --first");
        }
        return Witness.open(state, signer, terminal.clock());
    }

    private SignedCheckpoint cosign(Witness witness, List<NoteKey> logKeys)
            throws CommandException, IOException, RejectedReleasesException, MalformedReleasesException {
        TileLog log = LogFolder.open(folder);
        SignedCheckpoint checkpoint = log.checkpoint();
        String origin = logKeys.get(0).name();
        long size = checkpoint.checkpoint().size();
        long seen = witness.lastSeen(origin).map(Checkpoint::size).orElse(0L);
        ConsistencyProof proof =
                seen == 0 || seen >= size ? ConsistencyProof.none(seen) : log.consistencyProof(seen, size);
        return checkpoint.with(witness.cosign(origin, logKeys, checkpoint, proof));
    }

    private void print(SignedCheckpoint cosigned, NoteKey witness) throws IOException {
        if (out.isPresent()) {
            AtomicFile.write(out.get(), cosigned.encode().getBytes(StandardCharsets.UTF_8), AtomicFile.Access.PUBLIC);
        }
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>(CheckpointView.of(cosigned.checkpoint()));
            line.put("witness", witness.vkey());
            line.put("file", out);
            line.put("checkpoint", cosigned.encode());
            terminal.json(line);
        } else if (out.isPresent()) {
            terminal.print(out.get().toString());
        } else {
            cosigned.encode().lines().forEach(terminal::print);
        }
        terminal.say(witness.name() + " signed " + cosigned.checkpoint().origin() + " at size "
                + cosigned.checkpoint().size() + "; next: amesh release publish … --cosignature FILE");
    }
}
