package io.matriarch.backup;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "io.matriarch.backup",
        importOptions = ImportOption.DoNotIncludeTests.class)
class CodecPurityTest {
    @ArchTest
    static final ArchRule CODEC_TURNS_BYTES_INTO_BYTES =
            classes()
                    .that()
                    .resideInAPackage("..backup.codec..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "io.matriarch.storage.api..",
                            "io.matriarch.backup.codec..",
                            "java.io",
                            "java.lang..",
                            "java.nio",
                            "java.nio.charset",
                            "java.security..",
                            "javax.crypto..",
                            "java.time",
                            "java.util",
                            "java.util.function",
                            "java.util.stream",
                            "java.util.zip",
                            "com.github.luben.zstd..",
                            "net.jpountz..",
                            "org.apache.commons.compress.compressors.bzip2..",
                            "com.dynatrace.hash4j..",
                            "org.jspecify..");

    @ArchTest
    static final ArchRule CODEC_OPENS_NO_FILE_AND_READS_NO_CLOCK =
            noClasses()
                    .that()
                    .resideInAPackage("..backup.codec..")
                    .should()
                    .dependOnClassesThat()
                    .haveNameMatching("java\\.io\\.(File.*|RandomAccessFile)")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(java.time.Instant.class, "now");
}
