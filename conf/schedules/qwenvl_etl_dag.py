"""Airflow: the table of invoices, every night. Needs apache-airflow-providers-apache-spark and a connection "spark"."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

with DAG(
    dag_id="qwenvl_invoices",
    schedule="15 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,  # a run reads everything that is new: nights that were missed need no runs of their own
    max_active_runs=1,  # a table has one run at a time
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10)},
) as dag:
    SparkSubmitOperator(
        task_id="etl",
        conn_id="spark",
        application="/opt/qwen-vl-spark/qwen-vl-spark.jar",
        java_class="io.github.qwenvlspark.pipeline.cli.Main",
        packages="io.delta:delta-spark_4.1_2.13:4.3.1,org.apache.hadoop:hadoop-aws:3.4.2",
        # The model lives outside the heap, in memoryOverhead.
        conf={
            "spark.executor.cores": "8",
            "spark.executor.memory": "4g",
            "spark.executor.memoryOverhead": "24g",
        },
        application_args=[
            "etl",
            "--source", "s3a://documents/manifest",  # a Delta table
            "--output", "s3a://documents/read",
            "--model", "/models/Qwen2.5-VL-3B-Instruct",
            "--table", "invoices",
            "--schema", "invoice_date date, total decimal(18,2), vendor string",
            "--dates", "dmy",
            "--max-error-rate", "0.05",
        ],
    )
