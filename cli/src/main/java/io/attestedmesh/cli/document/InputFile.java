package io.attestedmesh.cli.document;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.root.TrustRoot;
import io.attestedmesh.releases.trust.Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file with a list, a trust root or both, in whichever form: draft, signed or published. Nothing is verified by having
 * been read. Each accessor refuses a file of another kind and says what was found.
 */
public final class InputFile {
    private final Path path;
    private final Bytes content;
    private final FileKind kind;

    private InputFile(Path path, Bytes content, FileKind kind) {
        this.path = path;
        this.content = content;
        this.kind = kind;
    }

    /** Reads at most {@link SignedEnvelope#MAX_BYTES}; more is an error. */
    public static InputFile read(Path path) throws IOException, CommandException {
        requireNoFolder(path);
        byte[] content;
        try (InputStream in = Files.newInputStream(path)) {
            content = in.readNBytes(SignedEnvelope.MAX_BYTES + 1);
        }
        if (content.length > SignedEnvelope.MAX_BYTES) {
            throw CommandException.usage(path + " has more than " + SignedEnvelope.MAX_BYTES + " bytes", "");
        }
        Bytes bytes = Bytes.of(content);
        return new InputFile(path, bytes, parsed(path, () -> Recognition.of(bytes)));
    }

    /** Said here, for the system's own words do not name the file. */
    public static void requireNoFolder(Path path) throws CommandException {
        if (Files.isDirectory(path)) {
            Path inside = path.resolve("bundle.json");
            throw CommandException.usage(
                    path + " is a folder, not a file", Files.exists(inside) ? "there is " + inside : "");
        }
    }

    public Path path() {
        return path;
    }

    public FileKind kind() {
        return kind;
    }

    /** All of it. */
    public Bytes content() {
        return content;
    }

    /** A list's envelope: as it was signed, out of a bundle, or, of a draft, without signatures. */
    public SignedEnvelope list() throws CommandException {
        return switch (kind) {
            case LIST_DRAFT -> SignedEnvelope.unsigned(content);
            case SIGNED_LIST -> parsed(path, () -> SignedEnvelope.parse(content));
            case BUNDLE -> bundle().list();
            default -> throw unexpected("a release list, signed or not, or a bundle");
        };
    }

    /** That of a list or of a root, whichever it is. */
    public SignedEnvelope envelope() throws CommandException {
        return kind == FileKind.ROOT_DRAFT || kind == FileKind.SIGNED_ROOT ? root() : list();
    }

    /** What {@link #list} has as its payload. */
    public ReleaseList releases() throws CommandException {
        SignedEnvelope list = list();
        return parsed(path, () -> ReleaseList.parse(list.payload()));
    }

    /** A root's envelope: as it was signed, or, of a draft, without signatures. */
    public SignedEnvelope root() throws CommandException {
        return switch (kind) {
            case ROOT_DRAFT -> SignedEnvelope.unsigned(content);
            case SIGNED_ROOT -> parsed(path, () -> SignedEnvelope.parse(content));
            default -> throw unexpected("a trust root, signed or not");
        };
    }

    /** What {@link #root} has as its payload. */
    public TrustRoot trustRoot() throws CommandException {
        SignedEnvelope root = root();
        return parsed(path, () -> TrustRoot.parse(root.payload()));
    }

    /** One signed root, or all those of a bundle. */
    public List<SignedEnvelope> roots() throws CommandException {
        return switch (kind) {
            case SIGNED_ROOT -> List.of(root());
            case BUNDLE -> bundle().roots();
            default -> throw unexpected("a signed trust root, or a bundle");
        };
    }

    public Bundle bundle() throws CommandException {
        if (kind != FileKind.BUNDLE) {
            throw unexpected("a bundle");
        }
        return parsed(path, () -> Bundle.parse(content));
    }

    /** For a file of a kind that is of no use here. */
    public CommandException unexpected(String expected) {
        return CommandException.usage(path + " is " + kind.title() + ", not " + expected, Advice.on(kind));
    }

    /** Reads what a file has. */
    @FunctionalInterface
    public interface Parser<T> {
        T parse() throws MalformedReleasesException;
    }

    /** What {@code parser} reads; what is malformed is a wrong input, and the error names the file. */
    public static <T> T parsed(Path path, Parser<T> parser) throws CommandException {
        try {
            return parser.parse();
        } catch (MalformedReleasesException e) {
            throw CommandException.usage(path + ": " + e.getMessage(), "", e);
        }
    }
}
