package io.matriarch.cli.command;

/** How answers are printed. */
enum Format {
    TABLE,
    JSON,
    YAML
}
