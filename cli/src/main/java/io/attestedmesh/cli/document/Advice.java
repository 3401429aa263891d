package io.attestedmesh.cli.document;

/** What to do with a file that is of no use where it was given. */
final class Advice {
    private Advice() {}

    static String on(FileKind found) {
        return switch (found) {
            case LIST_DRAFT -> "sign it first: amesh release sign";
            case ROOT_DRAFT -> "sign it first: amesh root sign";
            case SIGNED_LIST ->
                "what is signed does not change any more; make the next version: amesh release init --from";
            case SIGNED_ROOT -> "what is signed does not change any more; make the next version: amesh root next";
            case BUNDLE -> "a bundle is made of signed files: amesh release publish";
            default -> "";
        };
    }
}
