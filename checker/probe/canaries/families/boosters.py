"""Boosters of other libraries, where they are installed: converted by onnxmltools."""

from __future__ import annotations

from ..parts import SCALER
from ..rows import DOUBLES, GAPS, INFINITE, INTEGERS, catboost, lightgbm, registered, xgboost

ROWS = (
    xgboost("XGBClassifier"),
    xgboost("XGBClassifier", tag="three", target="three"),
    xgboost("XGBClassifier", GAPS, tag="gaps"),
    xgboost("XGBClassifier", INTEGERS, tag="integer"),
    xgboost("XGBClassifier", more=", learning_rate=1.0", tag="saturated"),
    xgboost("XGBClassifier", more=", objective='binary:hinge'", tag="hinge"),
    xgboost("XGBClassifier", more=", booster='gblinear'", tag="linear"),
    xgboost("XGBClassifier", more=", booster='dart'", tag="dart"),
    xgboost("XGBRFClassifier", target="three"),
    xgboost("XGBRegressor", target="continuous"),
    xgboost("XGBRegressor", GAPS, tag="gaps", target="continuous"),
    xgboost("XGBRegressor", more=", base_score=0.9", tag="base", target="continuous"),
    xgboost("XGBRegressor", more=", objective='count:poisson'", tag="poisson", target="positive"),
    xgboost("XGBRegressor", more=", objective='reg:gamma'", tag="gamma", target="positive"),
    xgboost("XGBRegressor", more=", objective='reg:tweedie'", tag="tweedie", target="positive"),
    xgboost("XGBRegressor", tag="targets", target="targets"),
    xgboost("XGBRFRegressor", target="continuous"),
    lightgbm("LGBMClassifier"),
    lightgbm("LGBMClassifier", tag="three", target="three"),
    lightgbm("LGBMClassifier", tag="names", target="names"),
    lightgbm("LGBMClassifier", GAPS, tag="gaps"),
    lightgbm("LGBMClassifier", more=", boosting_type='dart'", tag="dart"),
    lightgbm("LGBMClassifier", more=", boosting_type='rf', subsample=0.8, subsample_freq=1", tag="forest"),
    lightgbm("LGBMClassifier", more=", learning_rate=1.0", tag="saturated"),
    lightgbm("LGBMRegressor", target="continuous"),
    lightgbm("LGBMRegressor", GAPS, tag="gaps", target="continuous"),
    lightgbm("LGBMRegressor", more=", objective='poisson'", tag="poisson", target="positive"),
    lightgbm("LGBMRegressor", more=", objective='quantile', alpha=0.7", tag="quantile", target="continuous"),
    lightgbm("LGBMRegressor", more=", objective='tweedie'", tag="tweedie", target="positive"),
    catboost("CatBoostClassifier"),
    catboost("CatBoostClassifier", tag="three", target="three"),
    catboost("CatBoostClassifier", GAPS, tag="gaps"),
    catboost("CatBoostRegressor", target="continuous"),
    lightgbm("LGBMClassifier", INFINITE, tag="infinite"),
    lightgbm("LGBMRegressor", INFINITE, tag="infinite", target="continuous"),
    lightgbm("LGBMClassifier", DOUBLES, tag="double"),
    xgboost("XGBClassifier", DOUBLES, tag="double"),
    catboost("CatBoostClassifier", INFINITE, tag="infinite"),
    # what the library exports by itself
    catboost("CatBoostClassifier", tag="own", target="three", converter="catboost.utils.convert_to_onnx_object"),
    catboost("CatBoostRegressor", tag="own", target="continuous", converter="catboost.utils.convert_to_onnx_object"),
    # within a pipeline, by a converter that is registered with skl2onnx
    registered("xgboost", "XGBClassifier", SCALER),
    registered("xgboost", "XGBClassifier", SCALER, tag="registered-three", target="three"),
    registered("xgboost", "XGBRegressor", SCALER, target="continuous"),
    registered("lightgbm", "LGBMClassifier", SCALER),
    registered("lightgbm", "LGBMClassifier", SCALER, tag="registered-three", target="three"),
    registered("lightgbm", "LGBMRegressor", SCALER, target="continuous"),
)
