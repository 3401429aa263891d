package io.attestedmesh.cli.release;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.FileKind;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.cli.document.RootWords;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.log.NoteSignature;
import io.attestedmesh.releases.root.TrustRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release show}. */
@Command(
        name = "show",
        description = {
            "Show what is in drafts, signed lists and bundles: every release, who claims to have signed, the log's proof.",
            "Nothing is verified; 'amesh release verify' does that."
        },
        sortOptions = false,
        footer = {"", "Examples:", "  amesh release show bundle.json", "  amesh release show draft.json --json"})
final class Show implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "LIST", arity = "1..*", description = "Drafts, signed lists or bundles.")
    private List<Path> files;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Show(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, MalformedReleasesException {
        for (Path file : files) {
            InputFile input = InputFile.read(file);
            SignedEnvelope envelope = input.list();
            if (input.kind() == FileKind.BUNDLE) {
                for (SignedEnvelope root : input.roots()) {
                    showRoot(file, root);
                }
            }
            showList(file, input.releases(), envelope);
            if (input.kind() == FileKind.BUNDLE && input.bundle().log().isPresent()) {
                showLog(file, input.bundle().log().get());
            }
        }
        return ExitStatus.DONE;
    }

    private void showRoot(Path file, SignedEnvelope envelope) throws MalformedReleasesException {
        TrustRoot root = TrustRoot.parse(envelope.payload());
        if (json) {
            terminal.json(line(file, RootWords.view(root, envelope)));
        } else {
            RootWords.of(root, envelope, terminal.clock().instant()).forEach(terminal::print);
        }
    }

    private void showList(Path file, ReleaseList list, SignedEnvelope envelope) {
        if (json) {
            terminal.json(line(file, view(list, envelope)));
            return;
        }
        ListWords.head(list, envelope.payloadDigest(), terminal.clock().instant())
                .forEach(terminal::print);
        RootWords.signatures(envelope).forEach(terminal::print);
        for (Release release : list.releases()) {
            ListWords.of(release).forEach(line -> terminal.print("  " + line));
        }
    }

    private void showLog(Path file, LogProof proof) {
        List<String> signers = proof.checkpoint().note().signatures().stream()
                .map(NoteSignature::name)
                .distinct()
                .toList();
        if (json) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("type", "log proof");
            view.put("origin", proof.checkpoint().checkpoint().origin());
            view.put("size", proof.checkpoint().checkpoint().size());
            view.put("rootHash", proof.checkpoint().checkpoint().rootHash().hex());
            view.put("index", proof.index());
            view.put("signers", signers);
            terminal.json(line(file, view));
            return;
        }
        terminal.print("log " + proof.checkpoint().checkpoint().origin() + ", entry " + proof.index() + " of "
                + proof.checkpoint().checkpoint().size());
        terminal.print(
                "  root hash   " + proof.checkpoint().checkpoint().rootHash().hex());
        terminal.print("  signatures  " + String.join(", ", signers) + ", not verified");
    }

    private static Map<String, Object> line(Path file, Map<String, Object> view) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("file", file);
        line.putAll(view);
        return line;
    }

    private static Map<String, Object> view(ReleaseList list, SignedEnvelope envelope) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("type", "release list");
        view.put("list", list.name());
        view.put("version", list.version());
        view.put("issuedAt", list.issuedAt());
        view.put("expiresAt", list.expiresAt());
        view.put("sha384", envelope.payloadDigest().hex());
        view.put("signatures", RootWords.signatureViews(envelope));
        view.put("releases", list.releases().stream().map(ReleaseView::of).toList());
        return view;
    }
}
