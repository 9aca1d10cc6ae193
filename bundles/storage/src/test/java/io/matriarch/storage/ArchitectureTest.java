package io.matriarch.storage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.matriarch.storage")
class ArchitectureTest {
    @ArchTest
    static final ArchRule ONLY_S3_KNOWS_THE_SDK =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.matriarch.storage.s3..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("software.amazon..", "org.apache.hc..");

    @ArchTest
    static final ArchRule OSGI_STAYS_AT_THE_EDGE =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.matriarch.storage.osgi..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.osgi.service..");

    @ArchTest
    static final ArchRule CORE_IS_PURE =
            noClasses()
                    .that()
                    .resideInAPackage("io.matriarch.storage.core..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.io..", "java.nio.file..", "java.net..", "org.slf4j..")
                    .because("its rules are functions over values");

    @ArchTest
    static final ArchRule THE_FIXTURE_STANDS_ALONE =
            noClasses()
                    .that()
                    .resideInAPackage("io.matriarch.storage.memory..")
                    .and()
                    .haveSimpleNameNotContaining("Test")
                    .and()
                    .areNotMemberClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.matriarch.storage.s3..",
                            "io.matriarch.storage.disk..",
                            "org.junit..",
                            "org.slf4j..");
}
