-- Quantities are integers in millionths from here on, so that both engines add and compare them: 2.5 is 2500000.
ALTER TABLE "part" ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;
UPDATE "part" SET counted = CAST(round(CAST(minimum AS NUMERIC) * 1000000) AS BIGINT);
ALTER TABLE "part" DROP COLUMN minimum;
ALTER TABLE "part" RENAME COLUMN counted TO minimum;
ALTER TABLE "stock_level" ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;
UPDATE "stock_level" SET counted = CAST(round(CAST(quantity AS NUMERIC) * 1000000) AS BIGINT);
ALTER TABLE "stock_level" DROP COLUMN quantity;
ALTER TABLE "stock_level" RENAME COLUMN counted TO quantity;
ALTER TABLE "stock_movement" ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "stock_movement" ADD COLUMN counted_back INTEGER NOT NULL DEFAULT 0;
UPDATE "stock_movement" SET counted = CAST(round(CAST(quantity AS NUMERIC) * 1000000) AS BIGINT),
  counted_back = CAST(round(CAST(returned AS NUMERIC) * 1000000) AS BIGINT);
ALTER TABLE "stock_movement" DROP COLUMN quantity;
ALTER TABLE "stock_movement" DROP COLUMN returned;
ALTER TABLE "stock_movement" RENAME COLUMN counted TO quantity;
ALTER TABLE "stock_movement" RENAME COLUMN counted_back TO returned;
