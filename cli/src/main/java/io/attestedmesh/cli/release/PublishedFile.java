package io.attestedmesh.cli.release;

import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.document.Destination;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.log.Checkpoint;
import io.attestedmesh.releases.log.ConsistencyProof;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.log.MerkleTree;
import io.attestedmesh.releases.log.TileLog;
import io.attestedmesh.releases.root.TrustRoot;
import io.attestedmesh.releases.trust.Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The file that clients fetch: what stands there now has been seen by some of them, so what comes next must follow from
 * it.
 */
record PublishedFile(Path path, Optional<Bundle> before) {
    private static final String IN_FOLDER = "bundle.json";

    /** The file {@code out}, or {@code bundle.json} in the folder {@code out}, which is one if it ends with a slash. */
    static Path path(String out) throws IOException {
        Path named = Path.of(out);
        return Destination.real(out.endsWith("/") || Files.isDirectory(named) ? named.resolve(IN_FOLDER) : named);
    }

    /** Called before anything is in the log that could then not be written there. */
    static void makeFolder(Path path) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            AtomicFile.createFolder(folder, AtomicFile.Access.PUBLIC);
        }
    }

    /** What is there must be a bundle. */
    static PublishedFile at(Path path) throws IOException, CommandException {
        if (!Files.exists(path)) {
            return new PublishedFile(path, Optional.empty());
        }
        if (!Files.isRegularFile(path)) {
            throw CommandException.usage(
                    path + " is not a regular file", "--out takes a file, new or old, or a folder");
        }
        return new PublishedFile(path, Optional.of(InputFile.read(path).bundle()));
    }

    List<SignedEnvelope> roots() {
        return before.map(Bundle::roots).orElse(List.of());
    }

    /**
     * That clients which took what is there will take {@code list}. Its expiry does not matter: a version that expired
     * was seen all the same.
     */
    void requireFollows(SignedEnvelope list, TrustRoot newest)
            throws MalformedReleasesException, RejectedReleasesException {
        if (before.isEmpty() || !sameAuthority(before.get(), newest)) {
            return;
        }
        ReleaseList old = ReleaseList.parse(before.get().list().payload());
        ReleaseList next = ReleaseList.parse(list.payload());
        if (!old.name().equals(next.name())) {
            throw new RejectedReleasesException(ReleasesReason.WRONG_LIST, old.name(), next.name());
        }
        if (next.version() < old.version()) {
            throw new RejectedReleasesException(
                    ReleasesReason.LIST_ROLLBACK,
                    "at least version " + old.version() + ", which is published in " + path,
                    "version " + next.version());
        }
        if (next.version() == old.version()
                && !list.payload().equals(before.get().list().payload())) {
            throw new RejectedReleasesException(
                    ReleasesReason.LIST_FORK,
                    "version " + old.version() + " with SHA-384 "
                            + before.get().list().payloadDigest().hex(),
                    "one with SHA-384 " + list.payloadDigest().hex());
        }
    }

    /** Clients forget list versions when keys or threshold change. */
    private static boolean sameAuthority(Bundle before, TrustRoot newest) throws MalformedReleasesException {
        TrustRoot then =
                TrustRoot.parse(before.roots().get(before.roots().size() - 1).payload());
        return then.keys().sameAuthorityAs(newest.keys());
    }

    /** That {@code log} is the one of which clients saw a checkpoint; called before anything is entered there. */
    void requireSameHistory(TileLog log) throws IOException, RejectedReleasesException {
        Checkpoint now = log.checkpoint().checkpoint();
        Optional<Checkpoint> seen = checkpoint(now.origin());
        if (seen.isEmpty()) {
            return;
        }
        Checkpoint old = seen.get();
        if (now.size() < old.size()) {
            throw new RejectedReleasesException(
                    ReleasesReason.LOG_ROLLBACK,
                    "a log of at least " + old.size() + " entries, as " + path + " shows",
                    now.size() + " entries");
        }
        ConsistencyProof proof = log.consistencyProof(old.size(), now.size());
        MerkleTree.verifyConsistency(old.size(), old.rootHash(), now.size(), now.rootHash(), proof.hashes());
    }

    /** That clients which saw the checkpoint that is there are led to the new one. */
    void requireFollows(LogProof log) throws RejectedReleasesException {
        Optional<Checkpoint> seen = checkpoint(log.checkpoint().checkpoint().origin());
        if (seen.isPresent()) {
            log.requireExtends(seen.get());
        }
    }

    /** Of another log, clients make nothing. */
    private Optional<Checkpoint> checkpoint(String origin) {
        return before.flatMap(Bundle::log)
                .map(log -> log.checkpoint().checkpoint())
                .filter(seen -> seen.origin().equals(origin));
    }

    /** The last step of a publication. */
    void replace(Bundle bundle) throws IOException {
        AtomicFile.write(path, bundle.encode().toByteArray(), AtomicFile.Access.PUBLIC);
    }
}
