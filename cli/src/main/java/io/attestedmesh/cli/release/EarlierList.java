package io.attestedmesh.cli.release;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.document.FileKind;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.root.RootChain;
import io.attestedmesh.releases.root.SignedRoot;
import io.attestedmesh.releases.root.TrustRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The list before, of which a signer is shown nothing but what changed since: so it has to be what was signed then. Else
 * whoever supplies the file hides from the signer what it has too.
 */
final class EarlierList {
    private EarlierList() {}

    /** The contents of {@code file}, signed under {@code root} or under one that led to it, and earlier than {@code next}. */
    static ReleaseList read(Path file, InputFile root, ReleaseList next) throws CommandException, IOException {
        InputFile input = InputFile.read(file);
        if (input.kind() == FileKind.LIST_DRAFT) {
            throw input.unexpected("a signed release list or a bundle");
        }
        ReleaseList before = input.releases();
        if (!before.name().equals(next.name()) || before.version() >= next.version()) {
            throw CommandException.usage(
                    file + " is " + ListWords.title(before) + ", not one before " + ListWords.title(next), "");
        }
        try {
            requireSigned(input, root.root(), root.trustRoot());
        } catch (RejectedReleasesException e) {
            throw CommandException.rejected(
                    file + " is not signed as " + root.path() + " asks, so changes since then say nothing",
                    e.reason().name(),
                    e.expected(),
                    e.actual(),
                    "leave out --previous, and all of the list is shown");
        } catch (MalformedReleasesException e) {
            throw CommandException.usage(file + ": " + e.getMessage(), "", e);
        }
        return before;
    }

    private static void requireSigned(InputFile input, SignedEnvelope envelope, TrustRoot root)
            throws CommandException, RejectedReleasesException, MalformedReleasesException {
        List<SignedEnvelope> earlier = input.kind() == FileKind.BUNDLE ? input.roots() : List.of();
        for (SignedEnvelope each : earlier) {
            TrustRoot old = TrustRoot.parse(each.payload());
            if (old.version() < root.version() && leads(each, earlier, envelope, root)) {
                if (input.list().signers(DocumentType.RELEASE_LIST, old.keys()).size()
                        >= old.keys().threshold()) {
                    return;
                }
            }
        }
        input.list().requireThreshold(DocumentType.RELEASE_LIST, root.keys());
    }

    /** Whether the signers of {@code old} handed over to {@code root}: nobody else can have signed the way from there. */
    private static boolean leads(
            SignedEnvelope old, List<SignedEnvelope> others, SignedEnvelope envelope, TrustRoot root)
            throws MalformedReleasesException {
        try {
            List<SignedEnvelope> way = new ArrayList<>(List.of(envelope));
            for (SignedEnvelope each : others) {
                if (TrustRoot.parse(each.payload()).version() < root.version()) {
                    way.add(each);
                }
            }
            return RootChain.walk(SignedRoot.of(old), way).payload().equals(envelope.payload());
        } catch (RejectedReleasesException e) {
            return false;
        }
    }
}
