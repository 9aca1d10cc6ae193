package io.matriarch.management.jmx;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import javax.management.DescriptorKey;
import javax.management.MBeanOperationInfo;

/** Whether an operation changes anything. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Impact {
    String KEY = "matriarch.impact";

    int READS = MBeanOperationInfo.INFO;
    int CHANGES = MBeanOperationInfo.ACTION;

    @DescriptorKey(KEY)
    int value();
}
